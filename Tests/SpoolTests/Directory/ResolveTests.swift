// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool

@Suite struct ResolveTests {
    private static let alice = "alice@example.net"
    private static let bob = "bob@example.org"

    private func claimed(
        _ content: String = Samples.message
    ) throws -> (bench: QueueBench, message: ClaimedMessage) {
        let bench = try QueueBench()
        try bench.drop(content, as: "a.queued")
        return (bench, try bench.claim("a"))
    }

    @Test("Delivered without KeepQueue leaves nothing, with or without a journal", arguments: [false, true])
    func delivered(hasJournal: Bool) throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        if hasJournal {
            try bench.drop(Samples.journal([Samples.line(Self.alice, .delivered)]), as: "a.journal")
        }
        try bench.queue.resolve(bench.claim("a"), as: .delivered(lines: [], keep: false), now: QueueBench.now)
        #expect(bench.names.isEmpty)
    }

    @Test("Delivered with KeepQueue leaves the message and its receipt")
    func kept() throws {
        let (bench, message) = try claimed()
        let lines = [Samples.line(Self.alice, .delivered), Samples.line(Self.bob, .delivered)]
        try bench.queue.resolve(message, as: .delivered(lines: lines, keep: true), now: QueueBench.now)
        #expect(bench.names == ["a.journal", "a.sent"])
        #expect(try bench.text(of: "a.sent") == Samples.message)
        #expect(
            try bench.text(of: "a.journal")
                == String(decoding: Samples.journal(lines, at: QueueBench.now), as: UTF8.self)
        )
    }

    @Test("Failed leaves the message and the reason")
    func failed() throws {
        let (bench, message) = try claimed()
        try bench.queue.resolve(
            message,
            as: .failed(lines: [Samples.line(Self.bob, .failed, "no such user")]),
            now: QueueBench.now
        )
        #expect(bench.names == ["a.failed", "a.journal"])
        #expect(try bench.history(of: "a").lastReason == "250 2.0.0 no such user")
    }

    @Test("Retry puts it back, with what the next claim must know")
    func retry() throws {
        let (bench, message) = try claimed()
        let next = QueueBench.now.adding(.seconds(66))
        let lines: [JournalRecord] = [
            .attempt(number: 1, relay: "r", peer: nil, tls: nil), Samples.line(Self.alice, .delivered),
            Samples.line(Self.bob, .deferred),
            .retry(number: 1, next: next),
        ]
        try bench.queue.resolve(message, as: .retry(lines: lines), now: QueueBench.now)
        guard case .notDueBefore(let time) = try bench.refusal("a") else { return #expect(Bool(false)) }
        #expect(time == next)
        let again = try bench.claim("a", now: next)
        #expect(again.openRecipients.map(\.description) == ["<bob@example.org>"])
        #expect(again.history.attempts == 1)
        #expect(again.queuedAt == QueueBench.dropped)
    }

    @Test("Untouched puts it back as if nothing had been tried")
    func untouched() throws {
        let (bench, message) = try claimed()
        try bench.queue.resolve(message, as: .untouched, now: QueueBench.now)
        #expect(bench.names == ["a.queued"])
        #expect(try bench.refusal("a") == nil)
    }

    @Test(
        "A taken name is an error, both messages are kept, and the call can be repeated",
        arguments: [
            ("queued", .untouched), ("failed", .failed(lines: [])),
            ("sent", .delivered(lines: [], keep: true)), ("queued", .retry(lines: [])),
        ] as [(String, Resolution)]
    )
    func nameClash(state: String, resolution: Resolution) throws {
        let (bench, message) = try claimed()
        try bench.drop("first", as: "a.\(state)")
        #expect(throws: SpoolError(.alreadyThere, "")) {
            try bench.queue.resolve(message, as: resolution, now: QueueBench.now)
        }
        #expect(try bench.text(of: "a.\(state)") == "first")
        #expect(try bench.text(of: "a.sending") == Samples.message)
        try bench.queue.handle.remove("a.\(state)")
        try bench.queue.resolve(message, as: resolution, now: QueueBench.now)
        #expect(try bench.text(of: "a.\(state)") == Samples.message)
    }

    @Test(
        "A resolution whose last sync failed can be repeated",
        arguments: [
            Resolution.failed(lines: []), .delivered(lines: [], keep: true),
            .delivered(lines: [], keep: false),
        ]
    )
    func syncFails(resolution: Resolution) throws {
        let (bench, message) = try claimed()
        #expect(throws: SpoolError(.host, "")) {
            try bench.withoutSync { try bench.queue.resolve(message, as: resolution, now: QueueBench.now) }
        }
        let names = bench.names
        #expect(!names.contains("a.sending"))
        try bench.queue.resolve(message, as: resolution, now: QueueBench.now)
        #expect(bench.names == names)
    }

    @Test("A resolution whose last sync failed goes on there: a requeue in between is not cancelled")
    func goesOn() throws {
        let (bench, message) = try claimed()
        let failed = Resolution.failed(lines: [Samples.line(Self.bob, .failed)])
        let disk = ModelDisk(
            ["a.sending": Array(Samples.message.utf8)],
            failing: 4..<5,
            with: SpoolError(.host, "")
        )
        let resolve = {
            bench.queue.resolve([(message, failed, decided: QueueBench.now)], by: PlanRunner(disk))
        }
        #expect(throws: SpoolError(.host, "")) { for result in resolve() { try result.get() } }
        let requeue = try LifeCycleMachine.change(
            message.stem,
            from: .failed,
            to: .queued,
            by: "root",
            at: QueueBench.now
        )
        try PlanRunner(disk).run(requeue)
        for result in resolve() { try result.get() }
        let files = try #require(disk.afterCrash.first)
        #expect(disk.names == ["a.journal", "a.queued"])
        let history = MessageHistory(records: JournalFormat.records(in: files["a.journal"] ?? []))
        #expect(try !history.isFinal(MailAddress(Self.bob)))
    }

    @Test("A line whose sync failed is written anew: a second sync would say nothing about it")
    func writtenAnew() throws {
        let (bench, message) = try claimed()
        let failed = Resolution.failed(lines: [Samples.line(Self.bob, .failed)])
        let disk = ModelDisk(
            ["a.sending": Array(Samples.message.utf8)],
            failing: 1..<2,
            with: SpoolError(.host, "")
        )
        let resolve = {
            bench.queue.resolve([(message, failed, decided: QueueBench.now)], by: PlanRunner(disk))
        }
        #expect(throws: SpoolError(.host, "")) { for result in resolve() { try result.get() } }
        for result in resolve() { try result.get() }
        let files = try #require(disk.afterCrash.first)
        let line = Samples.journal([Samples.line(Self.bob, .failed)], at: QueueBench.now)
        #expect(files["a.journal"] == line + line)
    }

    @Test("A message that was taken away is an error, and nothing appears in its place")
    func takenAway() throws {
        let (bench, message) = try claimed()
        try bench.queue.handle.remove("a.sending")
        #expect(throws: SpoolError(.notFound, "")) {
            try bench.queue.resolve(message, as: .untouched, now: QueueBench.now)
        }
        #expect(bench.names.isEmpty)
    }

    @Test(
        "Date and Message-ID that are added are the same at every attempt: after a retry, a flush, a failure and a restart"
    )
    func sameDateAtEachAttempt() throws {
        func header(_ message: ClaimedMessage) -> [String] {
            let header = HeaderBlock(parsing: message.content.bytes)
            return header.values(of: "Date") + header.values(of: "Message-ID")
        }
        let bench = try QueueBench()
        try bench.drop(Samples.plain, as: "a.queued")
        var message = try bench.claim("a")
        let first = header(message)
        #expect(first.count == 2)
        #expect(first.first == MailDate.format(QueueBench.dropped))

        try bench.queue.resolve(message, as: .untouched, now: QueueBench.now)
        message = try bench.claim("a")
        #expect(header(message) == first)

        _ = try QueueDirectory.open(bench.path).recover(keepQueue: false, now: QueueBench.now)
        message = try bench.claim("a")
        #expect(header(message) == first)

        try bench.queue.resolve(
            message,
            as: .retry(lines: [.retry(number: 1, next: .latest)]),
            now: QueueBench.now
        )
        try bench.queue.touch(MessageStem("a"))
        message = try bench.claim("a", now: .now())
        #expect(header(message) == first)

        try bench.queue.resolve(
            message,
            as: .failed(lines: [Samples.line("alice@example.net", .failed)]),
            now: QueueBench.now
        )
        try bench.queue.requeue(MessageStem("a"))
        try bench.queue.touch(MessageStem("a"))
        #expect(header(try bench.claim("a")) == first)
        #expect(try bench.text(of: "a.journal").split(separator: "\n").count { $0.contains("\"date\"") } == 1)
    }
}
