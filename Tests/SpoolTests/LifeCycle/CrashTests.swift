// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool

@Suite("T24: a crash at any operation, whatever of the unsynced is lost")
struct CrashTests {
    private static let message = Array(Samples.message.utf8)

    private func files(_ scenario: CrashScenario) -> ModelDisk.Files {
        var files = ["a.\(scenario.start.rawValue)": Self.message]
        if !scenario.journal.isEmpty { files["a.journal"] = Samples.journal(scenario.journal) }
        return files
    }

    /// Every directory that a crash may leave, and those that it may leave when all is done.
    private func crashes(_ scenario: CrashScenario) -> (any: Set<ModelDisk.Files>, done: Set<ModelDisk.Files>)
    {
        var any: Set<ModelDisk.Files> = []
        for count in 0... {
            let disk = ModelDisk(files(scenario), stoppingAfter: count)
            do throws(SpoolError) {
                for plan in scenario.plans { try PlanRunner(disk).run(plan) }
                return (any, disk.afterCrash)
            } catch {
                any.formUnion(disk.afterCrash)
            }
        }
        return (any, [])
    }

    @Test(
        "T26: an error at any operation, once or from then on, leaves the message whole and in one state",
        arguments: try CrashScenario.all()
    )
    func error(scenario: CrashScenario) throws {
        let (any, done) = crashes(scenario)
        for code in [SpoolError.Code.noSpace, .host] {
            for number in 0..<scenario.plans.reduce(0, { $0 + $1.operations.count }) {
                for failing in [number..<number + 1, number..<Int.max] {
                    let disk = ModelDisk(files(scenario), failing: failing, with: SpoolError(code, ""))
                    let runner = PlanRunner(disk)
                    let error = #expect(throws: SpoolError.self) {
                        for plan in scenario.plans { try runner.run(plan) }
                    }
                    #expect(error?.code == code)
                    #expect(disk.afterCrash.allSatisfy { isWhole($0, scenario) })
                }
            }
        }
        #expect(any.union(done).allSatisfy { isWhole($0, scenario) })
    }

    /// Whether a directory has the message in one state at most, whole, and none only where it may be gone.
    private func isWhole(_ files: ModelDisk.Files, _ scenario: CrashScenario) -> Bool {
        let messages = files.filter { $0.key != "a.journal" }
        guard messages.allSatisfy({ $0.value == Self.message }) else { return false }
        return messages.count == 1 || (messages.isEmpty && scenario.mayBe.contains(nil))
    }

    /// Puts a directory on a real disk.
    private func restore(_ files: ModelDisk.Files) throws -> QueueBench {
        let bench = try QueueBench()
        for (name, bytes) in files { try bench.drop(bytes, as: name) }
        return bench
    }

    @Test(
        "G2, G4: leaves the message in one state, with its answers, and recovery twice is recovery once",
        arguments: try CrashScenario.all()
    )
    func crash(scenario: CrashScenario) throws {
        let (any, done) = crashes(scenario)
        #expect(!any.isEmpty && !done.isEmpty)
        for files in any.union(done) {
            let bench = try restore(files)
            _ = try bench.queue.recover(keepQueue: false, now: QueueBench.now)
            let names = bench.names
            let messages = try bench.queue.listing().messages
            let state = messages.first?.state
            #expect(messages.count <= 1, "\(files.keys)")
            #expect(scenario.mayBe.contains(state), "\(String(describing: state)) after \(files.keys)")
            if done.contains(files) {
                #expect(scenario.isWhenDone.contains(state), "done, and \(String(describing: state))")
            }
            if let state {
                #expect(try bench.text(of: "a.\(state.rawValue)") == Samples.message)
                try checkHistory(bench, state, scenario, isDone: done.contains(files))
            } else {
                #expect(names.isEmpty)
            }
            let again = try bench.queue.recover(keepQueue: false, now: QueueBench.now)
            #expect(again == RecoveryReport())
            #expect(bench.names == names)
        }
    }

    private func checkHistory(
        _ bench: QueueBench,
        _ state: SpoolState,
        _ scenario: CrashScenario,
        isDone: Bool
    ) throws {
        let history = try bench.history(of: "a")
        let known =
            scenario.keepsAnswers
            ? MessageHistory(records: JournalFormat.records(in: Samples.journal(scenario.journal))) : nil
        for address in [CrashScenario.alice, CrashScenario.bob] {
            let isFinal = history.isFinal(try MailAddress(address))
            if known?.isFinal(try MailAddress(address)) == true {
                #expect(isFinal, "\(address) had an answer")
            }
            if isDone, scenario.finalWhenDone.contains(address) {
                #expect(isFinal, "\(address) has an answer")
            }
        }
        if state == .failed, scenario.start != .failed {
            #expect(history.lastReason != nil, "failed without a reason")
        }
        if state == .sent, scenario.start != .sent {
            #expect(history.recipients.count == 2, "sent without a receipt")
        }
    }

    @Test(
        "G3: finds a message whose claim is done as .sending, or where its attempt has brought it, and so announces it"
    )
    func announced() throws {
        let stem = try MessageStem("a")
        let claim = try LifeCycleMachine.claim(stem)
        let resolutions: [Resolution] = [
            .delivered(lines: [], keep: false), .delivered(lines: [], keep: true), .failed(lines: []),
        ]
        for resolution in resolutions {
            let rest = try LifeCycleMachine.resolve(
                stem,
                as: resolution,
                hasJournal: false,
                at: QueueBench.now
            )
            for count in 0...rest.operations.count {
                let disk = ModelDisk(
                    ["a.queued": Self.message],
                    stoppingAfter: claim.operations.count + count
                )
                try PlanRunner(disk).run(claim)
                try? PlanRunner(disk).run(rest)
                #expect(disk.afterCrash.allSatisfy { $0["a.queued"] == nil })
            }
        }
    }

    @Test(
        "G1: leaves nothing of a message that is being dropped, or all of it, and all when the drop is done"
    )
    func submission() throws {
        for names in [["a"], ["a", "b", "c"]] {
            let plans = try names.map { name in
                let written: [FileOperation] = [
                    .create(".\(name).new", Self.message), .syncFile(".\(name).new"),
                ]
                let drop = try LifeCycleMachine.drop(".\(name).new", as: MessageStem(name))
                return try OperationPlan(written + drop.operations)
            }
            for count in 0... {
                let disk = ModelDisk([:], stoppingAfter: count)
                let outcomes = PlanRunner(disk).run(plans)
                for files in disk.afterCrash {
                    for (name, outcome) in zip(names, outcomes) {
                        #expect(files[name + ".queued"].map { $0 == Self.message } ?? (outcome.error != nil))
                    }
                }
                if outcomes.allSatisfy({ $0.error == nil }) { break }
            }
        }
    }

    @Test("shows in this model when a sync is missing")
    func theModelLosesWhatIsNotSynced() throws {
        let disk = ModelDisk(["a.sending": Self.message], stoppingAfter: .max)
        let plan = try OperationPlan(
            [.append("a.journal", [1, 2]), .rename(from: "a.sending", to: "a.queued")],
            payload: .mayBeLost
        )
        try PlanRunner(disk).run(plan)
        let expected: Set<ModelDisk.Files> = Set(
            ["a.sending", "a.queued"].flatMap { name in
                [nil, [], [1], [1, 2]].map { (journal: [UInt8]?) in
                    var files = [name: Self.message]
                    files["a.journal"] = journal
                    return files
                }
            }
        )
        #expect(disk.afterCrash == expected)
    }
}
