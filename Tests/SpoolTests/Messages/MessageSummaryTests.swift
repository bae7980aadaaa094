// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool

@Suite struct MessageSummaryTests {
    @Test("A summary tells who, when and why")
    func summary() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        let next = QueueBench.now.adding(.seconds(66))
        let records: [JournalRecord] = [
            .attempt(number: 1, relay: "r", peer: nil, tls: nil),
            Samples.line("alice@example.net", .delivered),
            Samples.line("bob@example.org", .deferred, "later"),
            .retry(number: 1, next: next),
        ]
        try bench.drop(Samples.journal(records), as: "a.journal")
        let summary = try bench.queue.summary(of: MessageStem("a"), in: .queued)
        #expect(summary.fileByteCount == Int64(Samples.message.utf8.count))
        #expect(summary.queuedAt == QueueBench.dropped)
        #expect(summary.attempts == 1)
        #expect(summary.nextAttempt == next)
        #expect(summary.sender == "<app@app.example>")
        #expect(
            summary.recipients == [
                .init(address: "alice@example.net", state: .delivered, reason: "250 2.0.0 Ok"),
                .init(address: "bob@example.org", state: .deferred, reason: "250 2.0.0 later"),
            ]
        )
        #expect(summary.lastReason == "250 2.0.0 later")
        #expect(throws: SpoolError(.notFound, "")) {
            try bench.queue.summary(of: MessageStem("a"), in: .held)
        }
    }

    @Test("What is no message is told of, with the reason")
    func malformed() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.malformed, as: "a.failed")
        let summary = try bench.queue.summary(of: MessageStem("a"), in: .failed)
        #expect(summary.sender == nil && summary.recipients.isEmpty && summary.nextAttempt == nil)
        #expect(summary.lastReason == "line 1: Queue-Color is not a known field")
    }

    @Test("The time in the envelope is that of the next attempt while there was none")
    func after() throws {
        let bench = try QueueBench()
        try bench.drop("Queue-After: \(Timestamp.latest)\n" + Samples.message, as: "a.queued")
        #expect(try bench.queue.summary(of: MessageStem("a"), in: .queued).nextAttempt == .latest)
    }

    @Test("The file of a message is handed over whole")
    func reading() throws {
        let bench = try QueueBench()
        let content = Samples.message + String(repeating: "0123456789abcdef\n", count: 20_000)
        try bench.drop(content, as: "a.queued")
        var bytes: [UInt8] = []
        try bench.queue.read(MessageStem("a"), in: .queued) { bytes += Array($0) }
        #expect(bytes == Array(content.utf8))
        #expect(throws: SpoolError(.notFound, "")) {
            try bench.queue.read(MessageStem("a"), in: .sent) { _ in }
        }
    }
}
