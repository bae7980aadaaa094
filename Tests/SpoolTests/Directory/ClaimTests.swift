// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import Testing

@testable import Spool

@Suite struct ClaimTests {
    @Test("A queued message becomes .sending, read and checked")
    func claim() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        let message = try bench.claim("a")
        #expect(bench.names == ["a.sending"])
        #expect(message.stem.text == "a")
        #expect(message.envelope.sender.description == "<app@app.example>")
        #expect(message.openRecipients.map(\.description) == ["<alice@example.net>", "<bob@example.org>"])
        #expect(message.queuedAt == QueueBench.dropped)
        #expect(message.history == MessageHistory())
    }

    @Test("Addresses of this host become what the rules say, in envelope and header")
    func localAddresses() throws {
        let bench = try QueueBench()
        var aliases = AliasTable()
        aliases.add("root", [.address(try MailAddress("admin@example.com"))])
        aliases.add("list", [.refused("line 3: runs a program")])
        let rules = LocalAddressRules(
            defaultDomain: "h.example",
            localDomains: ["localhost"],
            aliases: aliases
        )
        bench.queue.apply { rules }
        try bench.drop("Queue-From: <cron>\nQueue-To: root\n\nFrom: cron (x)\n\nbody\n", as: "a.queued")
        try bench.drop("From: cron\nTo: root, bob@example.org\n\nbody\n", as: "b.queued")
        try bench.drop("From: cron\nTo: list\n\nbody\n", as: "c.queued")
        let first = try bench.claim("a")
        #expect(first.envelope.sender.description == "<cron@h.example>")
        #expect(first.openRecipients.map(\.description) == ["<admin@example.com>"])
        let second = try bench.claim("b")
        #expect(second.openRecipients.map(\.description) == ["<admin@example.com>", "<bob@example.org>"])
        guard case .malformed(let error) = try bench.refusal("c") else { return #expect(Bool(false)) }
        #expect(error.summary == "alias list: line 3: runs a program")
        #expect(bench.names == ["a.sending", "b.sending", "c.failed", "c.journal"])
    }

    @Test("The second of two claims finds nothing")
    func secondClaim() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        _ = try bench.claim("a")
        guard case .vanished = try bench.refusal("a") else { return #expect(Bool(false)) }
        guard case .vanished = try bench.refusal("never") else { return #expect(Bool(false)) }
        #expect(bench.names == ["a.sending"])
    }

    @Test("A file that somebody is writing is left alone until it is closed")
    func stillWritten() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        let descriptor = open(bench.path(of: "a.queued"), O_WRONLY)
        bench.setTime(of: "a.queued", to: QueueBench.now)
        guard case .stillWritten = try bench.refusal("a") else { return #expect(Bool(false)) }
        close(descriptor)
        bench.setTime(of: "a.queued", to: QueueBench.dropped)
        #expect(try bench.refusal("a") == nil)
    }

    @Test("A message is not due before its time, by its journal or its envelope, and stays queued")
    func notDue() throws {
        let bench = try QueueBench()
        let later = QueueBench.now.adding(.seconds(60))
        try bench.drop(Samples.message, as: "a.queued")
        try bench.drop(Samples.journal([.retry(number: 1, next: later)]), as: "a.journal")
        try bench.drop("Queue-After: \(later)\n" + Samples.message, as: "b.queued")
        guard case .notDueBefore(let time) = try bench.refusal("a") else { return #expect(Bool(false)) }
        guard case .postdated(let until) = try bench.refusal("b") else { return #expect(Bool(false)) }
        #expect(time == later && until == later)
        #expect(bench.names == ["a.journal", "a.queued", "b.queued"])
        for stem in ["a", "b"] { #expect(try bench.refusal(stem, now: later) == nil) }
    }

    @Test("A file touched after its time was written is due at once")
    func flush() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        try bench.drop(Samples.journal([.retry(number: 1, next: .latest)]), as: "a.journal")
        #expect(try bench.refusal("a") != nil)
        try bench.queue.touch(MessageStem("a"))
        #expect(try bench.refusal("a", now: .now()) == nil)
        #expect(throws: SpoolError(.notFound, "")) { try bench.queue.touch(MessageStem("a")) }
    }

    @Test("T27: a time written in the future, before the clock was set back, delays nothing")
    func T27_clockSetBack() throws {
        let bench = try QueueBench()
        let future = QueueBench.now.adding(.seconds(86400))
        try bench.drop(Samples.message, as: "a.queued", modified: future)
        try bench.drop(
            Samples.journal([.retry(number: 1, next: future.adding(.seconds(60)))], at: future),
            as: "a.journal"
        )
        #expect(try bench.refusal("a") == nil)
    }

    @Test(
        "T27: a file whose time lies in the future keeps the time of its next attempt, and is as old as now"
    )
    func T27_fileOfTheFuture() throws {
        let bench = try QueueBench()
        let future = QueueBench.now.adding(.seconds(365 * 86400))
        try bench.drop(Samples.plain, as: "a.queued", modified: future)
        let retry = JournalRecord.retry(number: 1, next: QueueBench.now.adding(.seconds(60)))
        try bench.drop(Samples.journal([retry]), as: "a.journal")
        guard case .notDueBefore = try bench.refusal("a") else { return #expect(Bool(false)) }
        let message = try bench.claim("a", now: QueueBench.now.adding(.seconds(60)))
        #expect(message.queuedAt == QueueBench.now.adding(.seconds(60)))
    }

    @Test("What is no message becomes .failed, with the line and the reason in its journal")
    func malformed() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.malformed, as: "a.queued")
        guard case .malformed(let error) = try bench.refusal("a") else { return #expect(Bool(false)) }
        #expect(error.line == 1)
        #expect(bench.names == ["a.failed", "a.journal"])
        #expect(try bench.text(of: "a.failed") == Samples.malformed)
        #expect(try bench.history(of: "a").lastReason == "line 1: Queue-Color is not a known field")
    }

    @Test("A file that is larger than a message may be becomes .failed unread")
    func tooLarge() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        let size = Int64(Samples.message.utf8.count)
        guard case .malformed = try bench.refusal("a", maxMessageBytes: size - 1) else {
            return #expect(Bool(false))
        }
        #expect(
            try bench.history(of: "a").lastReason?.contains("more than MaxMessageSize (\(size - 1))") == true
        )
        try bench.drop(Samples.message, as: "b.queued")
        #expect(try bench.refusal("b", maxMessageBytes: size) == nil)
    }

    @Test("Recipients with a final answer are not open")
    func openRecipients() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        try bench.drop(Samples.journal([Samples.line("alice@example.net", .delivered)]), as: "a.journal")
        #expect(try bench.claim("a").openRecipients.map(\.description) == ["<bob@example.org>"])
    }

    @Test(
        "A name whose next state is taken is an error, and both messages are kept",
        arguments: ["sending", "failed"]
    )
    func nameClash(state: String) throws {
        let bench = try QueueBench()
        try bench.drop(state == "failed" ? Samples.malformed : Samples.message, as: "a.queued")
        try bench.drop("first", as: "a.\(state)")
        for _ in 0..<3 {
            guard case .hostile(let error) = try bench.refusal("a") else { return #expect(Bool(false)) }
            #expect(error.code == .alreadyThere)
        }
        #expect(try bench.text(of: "a.\(state)") == "first")
        #expect(bench.names.contains("a.queued"))
        #expect(
            try bench.queue.journal(of: MessageStem("a")).map { $0.count { $0 == UInt8(ascii: "\n") } } ?? 0
                <= 1
        )
    }

    @Test(
        "The answers of another message of the same name are never taken for those of a new one",
        arguments: ["failed", "sent", "held"]
    )
    func reusedName(state: String) throws {
        let bench = try QueueBench()
        try bench.drop("first", as: "a.\(state)")
        let journal = [
            Samples.line("alice@example.net", .delivered), Samples.line("bob@example.org", .delivered),
        ]
        try bench.drop(Samples.journal(journal), as: "a.journal")
        try bench.drop(Samples.message, as: "a.queued")
        guard case .hostile(let error) = try bench.refusal("a") else { return #expect(Bool(false)) }
        #expect(error.code == .alreadyThere)
        #expect(bench.names == ["a.\(state)", "a.journal", "a.queued"].sorted())
    }

    @Test("A claim that cannot be made durable is taken back, and can be repeated")
    func syncFails() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        let refusal = try bench.withoutSync { try bench.refusal("a") }
        guard case .host = refusal else { return #expect(Bool(false)) }
        #expect(bench.names == ["a.queued"])
        #expect(try bench.refusal("a") == nil)
    }

    @Test("Messages are claimed together, each with its own result, in their order")
    func together() throws {
        let bench = try QueueBench()
        for (name, content) in [("a", Samples.message), ("b", Samples.malformed), ("d", Samples.message)] {
            try bench.drop(content, as: "\(name).queued")
        }
        let stems = try ["a", "b", "c", "d"].map { try MessageStem($0) }
        let results = bench.queue.claim(stems, now: QueueBench.now, maxMessageBytes: 1 << 20)
        #expect(results.map { try? $0.get().stem.text } == ["a", nil, nil, "d"])
        guard case .failure(.malformed) = results[1], case .failure(.vanished) = results[2] else {
            return #expect(Bool(false))
        }
        #expect(bench.names == ["a.sending", "b.failed", "b.journal", "d.sending"])
    }
}
