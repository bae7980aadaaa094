// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import Testing

@testable import Spool

/// Messages that are dropped, claimed, resolved and changed by a person in a random order, on a disk in memory.
///
/// Beside it stands the model: where each message may be after a crash now, and which answers it must still know.
struct RandomSchedule {
    /// What must hold of one message.
    struct Expectation {
        /// Where it may be; nil: gone, or not there yet.
        var states: Set<SpoolState?>
        /// Where it is, with the power on.
        var state: SpoolState?
        /// Whose final answers its journal has, if the message is there.
        var answers: Set<String> = []
        var hasJournal = false
    }

    static let content = Array(Samples.message.utf8)

    private let disk: ModelDisk
    private var generator: SeededGenerator
    private(set) var messages: [MessageStem: Expectation] = [:]

    init(seed: UInt64, on disk: ModelDisk) {
        generator = SeededGenerator(seed: seed)
        self.disk = disk
    }

    /// Makes steps until the power goes, or so many are made.
    mutating func run(steps: Int) throws {
        for step in 0..<steps where !disk.isOff {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0...2: try drop(MessageStem("m\(step)"))
            case 3, 4: try claim()
            case 5, 6: try resolve()
            default: try changeByPerson()
            }
        }
    }

    /// Performs plans side by side; the model follows those that come to their end.
    private mutating func perform(_ plans: [(stem: MessageStem, to: SpoolState?, plan: OperationPlan)]) {
        for each in plans { messages[each.stem]?.states.insert(each.to) }
        let outcomes = PlanRunner(disk).run(plans.map(\.plan))
        for (each, outcome) in zip(plans, outcomes) where outcome.error == nil {
            messages[each.stem]?.state = each.to
            // What the plan has not synced may be undone.
            if each.plan.operations.last
                != .rename(from: name(each.stem, .sending), to: name(each.stem, .queued))
            {
                messages[each.stem]?.states = [each.to]
            }
        }
    }

    private func name(_ stem: MessageStem, _ state: SpoolState) -> String {
        SpoolFileName.message(stem, state).text
    }

    private mutating func drop(_ stem: MessageStem) throws {
        messages[stem] = Expectation(states: [nil], state: nil)
        let temporary = ".\(stem).new"
        let plan = try OperationPlan([
            .create(temporary, Self.content), .syncFile(temporary),
            .rename(from: temporary, to: name(stem, .queued)), .syncDirectory,
        ])
        perform([(stem, .queued, plan)])
    }

    private mutating func claim() throws {
        perform(try some(.queued).map { ($0, .sending, try LifeCycleMachine.claim($0)) })
    }

    private mutating func resolve() throws {
        let alice = Samples.line(CrashScenario.alice, .delivered)
        let choices: [(Resolution, SpoolState?, Set<String>)] = [
            (.delivered(lines: [], keep: false), nil, []),
            (
                .delivered(lines: [alice, Samples.line(CrashScenario.bob, .delivered)], keep: true), .sent,
                [CrashScenario.alice, CrashScenario.bob]
            ),
            (
                .failed(lines: [alice, Samples.line(CrashScenario.bob, .failed)]), .failed,
                [CrashScenario.alice, CrashScenario.bob]
            ),
            (
                .retry(lines: [alice, Samples.line(CrashScenario.bob, .deferred)]), .queued,
                [CrashScenario.alice]
            ),
            (.retry(lines: [Samples.line(CrashScenario.bob, .deferred)]), .queued, []),
            (.untouched, .queued, []),
        ]
        let resolved = try some(.sending).map { stem in
            let (resolution, state, answers) = choices[Int.random(in: choices.indices, using: &generator)]
            let hasJournal = messages[stem]?.hasJournal ?? false
            let plan = try LifeCycleMachine.resolve(
                stem,
                as: resolution,
                hasJournal: hasJournal,
                at: QueueBench.now
            )
            return (stem, state, plan, answers)
        }
        perform(resolved.map { ($0.0, $0.1, $0.2) })
        for (stem, state, plan, answers) in resolved where messages[stem]?.state == state {
            messages[stem]?.answers.formUnion(answers)
            if plan.operations.contains(where: { if case .append = $0 { true } else { false } }) {
                messages[stem]?.hasJournal = true
            }
        }
    }

    private mutating func changeByPerson() throws {
        let changes: [(SpoolState, SpoolState?)] = [
            (.queued, .held), (.held, .queued), (.held, .failed), (.failed, .queued), (.sent, .queued),
            (.queued, nil), (.failed, nil),
        ]
        let (from, to) = changes[Int.random(in: changes.indices, using: &generator)]
        guard let stem = some(from).first else { return }
        guard let to else {
            let hasJournal = messages[stem]?.hasJournal ?? false
            return perform([(stem, nil, try LifeCycleMachine.delete(stem, in: from, hasJournal: hasJournal))])
        }
        // Whose answers a requeue opens again is not known any more as soon as it begins.
        if from == .failed { messages[stem]?.answers.remove(CrashScenario.bob) }
        if from == .sent { messages[stem]?.answers = [] }
        perform([
            (stem, to, try LifeCycleMachine.change(stem, from: from, to: to, by: "root", at: QueueBench.now))
        ])
        messages[stem]?.hasJournal = true
    }

    /// Up to five messages in a state.
    private mutating func some(_ state: SpoolState) -> [MessageStem] {
        let all = messages.filter { $0.value.state == state }.keys.sorted()
        return Array(all.shuffled(using: &generator).prefix(Int.random(in: 1...5, using: &generator)))
    }

    /// What a crash now leaves.
    mutating func afterCrash() -> ModelDisk.Files {
        let share = [0.0, 0.3, 0.7, 1.0].randomElement(using: &generator) ?? 0.0
        return disk.afterCrash(keeping: share, using: &generator)
    }
}
