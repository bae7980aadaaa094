// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool

@Suite struct MessageHistoryTests {
    private static let now = QueueBench.now
    private static let alice = "alice@example.net"
    private static let bob = "bob@example.org"

    private func history(_ records: [JournalRecord]) -> MessageHistory {
        MessageHistory(records: records.enumerated().map { (Self.now.adding(.seconds($0)), $1) })
    }

    private static func attempt(_ number: Int) -> JournalRecord {
        .attempt(number: number, relay: "r", peer: nil, tls: nil)
    }

    /// What is left of a journal: attempts, recipients with a final answer, whether a time is set.
    private static let table: [(records: [JournalRecord], attempts: Int, final: [String], hasTime: Bool)] = [
        ([], 0, [], false),
        ([attempt(1), Samples.line(alice, .deferred), .retry(number: 1, next: now)], 1, [], true),
        ([attempt(1), attempt(2), attempt(2)], 2, [], false),
        (
            [Samples.line(alice, .delivered), Samples.line(bob, .deferred), .retry(number: 1, next: now)], 0,
            [alice], true
        ),
        ([Samples.line(alice, .failed), Samples.line(bob, .delivered)], 0, [alice, bob], false),
        ([Samples.line(alice, .deferred), Samples.line(alice, .delivered)], 0, [alice], false),
        ([.retry(number: 1, next: now), .state(from: .queued, to: .held, by: "p")], 0, [], true),
        (
            [attempt(3), .retry(number: 3, next: now), .state(from: .held, to: .queued, by: "p")], 3, [],
            false
        ),
        (
            [
                attempt(3), Samples.line(alice, .delivered), Samples.line(bob, .failed),
                .state(from: .failed, to: .queued, by: "p"),
            ], 0,
            [alice], false
        ),
        (
            [
                attempt(1), Samples.line(alice, .delivered), Samples.line(bob, .delivered),
                .state(from: .sent, to: .queued, by: "p"),
            ], 0, [],
            false
        ),
        (
            [
                attempt(3), .state(from: .failed, to: .queued, by: "p"), attempt(1),
                .retry(number: 1, next: now),
            ], 1, [], true
        ),
        ([.problem("x"), .date(now)], 0, [], false),
    ]

    @Test("The records are folded", arguments: table.indices)
    func folding(index: Int) throws {
        let row = Self.table[index]
        let history = history(row.records)
        #expect(history.attempts == row.attempts)
        #expect((history.nextAttempt != nil) == row.hasTime)
        for text in [Self.alice, Self.bob] {
            #expect(history.isFinal(try MailAddress(text)) == row.final.contains(text))
        }
    }

    @Test("The last reason is that of the last recipient who did not get it, or of the file")
    func lastReason() {
        #expect(history([]).lastReason == nil)
        let line = JournalRecord.recipient(
            .init(address: Self.alice, outcome: .deferred, code: 451, status: "4.7.1", reply: "greylisted")
        )
        #expect(history([line, Samples.line(Self.bob, .delivered)]).lastReason == "451 4.7.1 greylisted")
        #expect(history([line, .problem("no colon")]).lastReason == "no colon")
        #expect(
            history([.recipient(.init(address: Self.bob, outcome: .failed, reply: "too old"))]).lastReason
                == "too old"
        )
    }

    @Test("The date once given stays, and the first attempt tells how old the message is")
    func dates() {
        let later = Self.now.adding(.seconds(900))
        let history = history([.date(Self.now), .date(later), Self.attempt(1), Self.attempt(2)])
        #expect(history.givenDate == Self.now)
        #expect(history.firstAttempt == Self.now.adding(.seconds(2)))
        #expect(history.queuedAt(fileTime: later) == Self.now.adding(.seconds(2)))
        #expect(history.queuedAt(fileTime: Self.now) == Self.now)
        #expect(MessageHistory().queuedAt(fileTime: later) == later)
    }

    @Test("T27: after the clock was set back a message grows old from its first attempt by the new time")
    func T27_clockSetBack() {
        let back = Self.now.adding(.seconds(-365 * 86400))
        let attempts = MessageHistory(records: [(Self.now, Self.attempt(1)), (back, Self.attempt(2))])
        #expect(attempts.queuedAt(fileTime: Self.now) == back)
    }

    @Test(
        "T27: the time of the next attempt counts unless the file was touched since, or the clock was set back",
        arguments: [
            // Time of the file and of now, in seconds after the time was written.
            (-60, 1, true), (0, 1, true), (1, 1, false), (30, 60, false), (30, 20, false), (3600, 1, false),
            (3602, 1, true), (86400 * 365, 1, true), (86400 * 365, 86400 * 366, false), (-60, -1, false),
        ]
    )
    func T27_nextAttempt(fileTime: Int, now: Int, counts: Bool) {
        let next = Self.now.adding(.seconds(86400 * 1000))
        let history = MessageHistory(records: [(Self.now, .retry(number: 1, next: next))])
        let found = history.nextAttempt(
            fileTime: Self.now.adding(.seconds(fileTime)),
            now: Self.now.adding(.seconds(now))
        )
        #expect(found == (counts ? next : nil))
    }

    @Test("A message queued anew by a person is young again, and keeps its date")
    func queuedAnew() {
        let history = history([.date(Self.now), Self.attempt(1), .state(from: .failed, to: .queued, by: "p")])
        #expect(history.firstAttempt == nil)
        #expect(history.givenDate == Self.now)
    }

    @Test("That the sender was told of a delay is remembered, until a person queues the message anew")
    func reports() {
        let failed = JournalRecord.report(action: "failed", id: "1")
        let delayed = JournalRecord.report(action: "delayed", id: nil)
        let anew = JournalRecord.state(from: .failed, to: .queued, by: "p")
        #expect(!history([failed]).wasReportedLate)
        #expect(history([delayed, failed]).wasReportedLate)
        #expect(!history([delayed, anew]).wasReportedLate)
        #expect(history([anew, delayed, .state(from: .held, to: .queued, by: "p"), anew]).requeueCount == 2)
    }
}
