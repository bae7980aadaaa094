// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import Spool

/// One way of a message through the life cycle, and what must hold whenever it is cut short.
struct CrashScenario: CustomTestStringConvertible {
    static let alice = "alice@example.net"
    static let bob = "bob@example.org"

    let testDescription: String
    /// The state before.
    let start: SpoolState
    /// The journal before.
    let journal: [JournalRecord]
    /// What is done, one plan after the other.
    let plans: [OperationPlan]
    /// Where the message may be after crash and recovery; nil: it may be gone.
    let mayBe: Set<SpoolState?>
    /// Where it is, whatever crashes, once all plans are done.
    let isWhenDone: Set<SpoolState?>
    /// Whose answers are kept once all plans are done, as long as the message is there.
    let finalWhenDone: Set<String>
    /// Whether whose answers are in ``journal`` keep them.
    var keepsAnswers = true

    /// One recipient has it, the other is still open.
    private static let earlier: [JournalRecord] = [
        .attempt(number: 1, relay: "r", peer: nil, tls: nil), Samples.line(alice, .delivered),
        Samples.line(bob, .deferred, "later"),
        .retry(number: 1, next: QueueBench.dropped),
    ]
    private static let delivered = [Samples.line(alice, .delivered), Samples.line(bob, .delivered)]
    private static let failed = [Samples.line(alice, .delivered), Samples.line(bob, .failed, "no such user")]

    static func all() throws -> [CrashScenario] {
        try [[], earlier].flatMap { try afterClaim($0) + byPerson($0) } + recovering()
    }

    private static func afterClaim(_ journal: [JournalRecord]) throws -> [CrashScenario] {
        let stem = try MessageStem("a")
        let known: Set<String> = journal.isEmpty ? [] : [alice]
        let suffix = journal.isEmpty ? "" : ", tried before"
        func resolve(
            _ name: String,
            _ resolution: Resolution,
            mayBe: Set<SpoolState?>,
            isWhenDone: Set<SpoolState?>,
            final: Set<String>
        ) throws -> CrashScenario {
            CrashScenario(
                testDescription: name + suffix,
                start: .queued,
                journal: journal,
                plans: [
                    try LifeCycleMachine.claim(stem),
                    try LifeCycleMachine.resolve(
                        stem,
                        as: resolution,
                        hasJournal: !journal.isEmpty,
                        at: QueueBench.now
                    ),
                ],
                mayBe: mayBe,
                isWhenDone: isWhenDone,
                finalWhenDone: final
            )
        }
        let reject = try LifeCycleMachine.reject(stem, because: "line 1: bad", at: QueueBench.now)
        return [
            CrashScenario(
                testDescription: "claim" + suffix,
                start: .queued,
                journal: journal,
                plans: [try LifeCycleMachine.claim(stem)],
                mayBe: [.queued],
                isWhenDone: [.queued],
                finalWhenDone: known
            ),
            CrashScenario(
                testDescription: "reject" + suffix,
                start: .queued,
                journal: journal,
                plans: [reject],
                mayBe: [.queued, .failed],
                isWhenDone: [.failed],
                finalWhenDone: known
            ),
            try resolve(
                "delivered",
                .delivered(lines: delivered, keep: false),
                mayBe: [.queued, nil],
                isWhenDone: [nil],
                final: known
            ),
            try resolve(
                "delivered and kept",
                .delivered(lines: delivered, keep: true),
                mayBe: [.queued, .sent, nil],
                isWhenDone: [.sent],
                final: [alice, bob]
            ),
            try resolve(
                "failed",
                .failed(lines: failed),
                mayBe: [.queued, .failed],
                isWhenDone: [.failed],
                final: [alice, bob]
            ),
            try resolve(
                "retry with an answer",
                .retry(lines: [
                    Samples.line(alice, .delivered), Samples.line(bob, .deferred, "later"),
                    .retry(number: 2, next: QueueBench.now),
                ]),
                mayBe: [.queued],
                isWhenDone: [.queued],
                final: [alice]
            ),
            try resolve(
                "retry",
                .retry(lines: [
                    Samples.line(bob, .deferred, "later"), .retry(number: 2, next: QueueBench.now),
                ]),
                mayBe: [.queued],
                isWhenDone: [.queued],
                final: known
            ),
            try resolve("untouched", .untouched, mayBe: [.queued], isWhenDone: [.queued], final: known),
        ]
    }

    private static func byPerson(_ journal: [JournalRecord]) throws -> [CrashScenario] {
        let stem = try MessageStem("a")
        let known: Set<String> = journal.isEmpty ? [] : [alice]
        let suffix = journal.isEmpty ? "" : ", with a journal"
        let changes: [(SpoolState, SpoolState)] = [
            (.queued, .held), (.held, .queued), (.failed, .queued), (.sent, .queued),
        ]
        let changed = try changes.flatMap { from, to in
            try ["root", nil].map { person in
                CrashScenario(
                    testDescription: "\(from) to \(to) by \(person ?? "nobody")" + suffix,
                    start: from,
                    journal: journal,
                    plans: [
                        try LifeCycleMachine.change(stem, from: from, to: to, by: person, at: QueueBench.now)
                    ],
                    mayBe: [from, to],
                    isWhenDone: [to],
                    finalWhenDone: from == .sent && person != nil ? [] : known,
                    keepsAnswers: from != .sent
                )
            }
        }
        let givenUp = try [SpoolState.queued, .held].map { from in
            let hold = try LifeCycleMachine.change(
                stem,
                from: from,
                to: .held,
                by: "root",
                at: QueueBench.now
            )
            let fail = try LifeCycleMachine.change(
                stem,
                from: .held,
                to: .failed,
                by: "root",
                after: [alice, bob].filter { !known.contains($0) }.map { Samples.line($0, .failed) },
                at: QueueBench.now
            )
            return CrashScenario(
                testDescription: "\(from) given up" + suffix,
                start: from,
                journal: journal,
                plans: from == .queued ? [hold, fail] : [fail],
                mayBe: [from, .held, .failed],
                isWhenDone: [.failed],
                finalWhenDone: [alice, bob]
            )
        }
        return try changed + givenUp
            + [SpoolState.queued, .held, .failed, .sent].map { state in
                CrashScenario(
                    testDescription: "delete what is \(state)" + suffix,
                    start: state,
                    journal: journal,
                    plans: [try LifeCycleMachine.delete(stem, in: state, hasJournal: !journal.isEmpty)],
                    mayBe: [state, nil],
                    isWhenDone: [nil],
                    finalWhenDone: known
                )
            }
    }

    /// A recovery that is itself cut short.
    private static func recovering() throws -> [CrashScenario] {
        let stem = try MessageStem("a")
        let cases: [(String, [JournalRecord], Resolution, SpoolState?)] = [
            ("recovery of delivered", delivered, .delivered(lines: [], keep: false), nil),
            ("recovery of failed", failed, .failed(lines: []), .failed),
            ("recovery of open", earlier, .untouched, .queued),
        ]
        return try cases.map { name, journal, resolution, state in
            CrashScenario(
                testDescription: name,
                start: .sending,
                journal: journal,
                plans: [
                    try LifeCycleMachine.resolve(stem, as: resolution, hasJournal: true, at: QueueBench.now)
                ],
                mayBe: [state],
                isWhenDone: [state],
                finalWhenDone: state == .queued ? [alice] : [alice, bob]
            )
        }
    }
}
