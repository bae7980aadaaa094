// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import Spool

@Suite("Plans that run side by side")
struct PlanRunnerTests {
    private static let message = Array(Samples.message.utf8)
    private static let names = ["a", "b", "c"]

    private func disk(stoppingAfter count: Int = .max) -> ModelDisk {
        ModelDisk(
            Dictionary(uniqueKeysWithValues: Self.names.map { ("\($0).queued", Self.message) }),
            stoppingAfter: count
        )
    }

    private func claims() throws -> [OperationPlan] {
        try Self.names.map { try LifeCycleMachine.claim(MessageStem($0)) }
    }

    @Test("share each sync of the directory, and do what they do alone")
    func sharedSync() throws {
        let disk = disk()
        let stems = try Self.names.map { try MessageStem($0) }
        #expect(PlanRunner(disk).run(try claims()).allSatisfy { $0.error == nil && $0.performedCount == 2 })
        #expect(disk.directorySyncCount == 1)
        let failed = Resolution.failed(lines: [Samples.line(CrashScenario.bob, .failed)])
        let plans = try [Resolution.delivered(lines: [], keep: false), failed, .untouched].enumerated().map {
            try LifeCycleMachine.resolve(
                stems[$0.offset],
                as: $0.element,
                hasJournal: false,
                at: QueueBench.now
            )
        }
        let outcomes = PlanRunner(disk).run(plans)
        #expect(outcomes.map(\.performedCount) == plans.map(\.operations.count))
        #expect(disk.directorySyncCount == 3)
        #expect(disk.names == ["b.failed", "b.journal", "c.queued"])
    }

    @Test("end at their own error, and all at an error of a sync that they share")
    func errors() throws {
        let disk = ModelDisk(["a.queued": Self.message, "c.queued": Self.message], stoppingAfter: .max)
        let some = PlanRunner(disk).run(try claims())
        #expect(some.map(\.error?.code) == [nil, .notFound, nil])
        #expect(some.map(\.performedCount) == [2, 0, 2])
        let all = PlanRunner(self.disk(stoppingAfter: 3)).run(try claims())
        #expect(all.map(\.error?.code) == [.host, .host, .host])
        #expect(all.map(\.performedCount) == [1, 1, 1])
    }

    @Test("T24: leave each message in one state at a crash, whatever of the others is lost")
    func crash() throws {
        for count in 0...7 {
            let disk = disk(stoppingAfter: count)
            let outcomes = PlanRunner(disk).run(try claims())
            for files in disk.afterCrash {
                for (name, outcome) in zip(Self.names, outcomes) {
                    let states = ["queued", "sending"].filter { files["\(name).\($0)"] == Self.message }
                    #expect(states.count == 1)
                    if outcome.error == nil { #expect(states == ["sending"]) }
                }
            }
        }
    }
}
