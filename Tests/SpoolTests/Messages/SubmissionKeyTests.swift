// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import Testing

@testable import Spool

@Suite("Enqueueing under a key")
struct SubmissionKeyTests {
    private let bench: QueueBench

    init() throws { bench = try QueueBench() }

    private func submission(_ key: String, _ text: String = "x") throws -> QueueSubmission {
        let envelope = QueueFileEnvelope(
            sender: try EnvelopeSender(path: .null),
            recipients: [try EnvelopeRecipient(parsing: "<a@b.example>")]
        )
        let submission = try QueueSubmission(in: bench.queue, envelope: envelope, key: SubmissionKey(key))
        try submission.write(Array("From: a@b.example\n\n\(text)\n".utf8))
        return submission
    }

    private func send(_ key: String, _ text: String = "x") throws -> QueueSubmission.Acceptance {
        try submission(key, text).commit()
    }

    private func name(_ key: String = "k", _ suffix: String = "queued") throws -> String {
        try SubmissionKey(key).stem.text + "." + suffix
    }

    private var messages: [String] { bench.names.filter { !$0.hasPrefix(".") } }

    @Test("the second message under a key is dropped, one under another key is not")
    func twice() throws {
        #expect(try send("k", "first") == .accepted)
        #expect(try send("k", "second") == .repeated)
        #expect(try send("other") == .accepted)
        #expect(messages == [try name(), try name("other")].sorted())
        #expect(try bench.text(of: name()).hasSuffix("first\n"))
        #expect(bench.names.count == 4, "two messages and two receipts")
    }

    @Test("T25: a key is remembered after its message is delivered or deleted, a week long")
    func remembered() throws {
        #expect(try send("k") == .accepted)
        try bench.queue.handle.remove(name())
        let used = Timestamp.now()
        for days in [0, 1, 6] {
            try bench.queue.forEachQueued(forgettingKeysAt: used.adding(.seconds(days * 86400))) { _ in }
            #expect(try send("k") == .repeated)
            #expect(messages.isEmpty)
        }
        try bench.queue.forEachQueued(forgettingKeysAt: used.adding(.seconds(7 * 86400 + 60))) { _ in }
        #expect(try send("k") == .accepted)
        #expect(messages == [try name()])
    }

    @Test(
        "a forgotten key whose message is still there, in whatever state, is remembered by it",
        arguments: SpoolState.allCases
    )
    func stillThere(state: SpoolState) throws {
        try bench.drop("first", as: name("k", state.rawValue))
        #expect(try send("k") == .repeated)
        #expect(bench.names == [try name("k", state.rawValue)])
    }

    @Test("T24: interrupted anywhere, the first message under a key is published once, by whoever comes next")
    func interrupted() throws {
        // Before the receipt: it never was.
        let lost = try submission("k", "lost")
        #expect(try send("k", "first") == .accepted)
        lost.abandon()
        #expect(try bench.text(of: name()).hasSuffix("first\n"))
        // Between the receipt and the message: published by the next one.
        let waiting = MessageStem.random()
        try bench.drop("waits\n", as: KeyReceipt.pendingName(waiting))
        let stem = try SubmissionKey("next").stem
        let witness = try bench.queue.handle.openForReading(KeyReceipt.pendingName(waiting))
        #expect(try KeyReceipt(bench.queue, stem: stem, witness: witness).take(for: waiting))
        #expect(try send("next", "second") == .repeated)
        #expect(try bench.text(of: name("next")) == "waits\n")
        // After the message.
        try bench.queue.handle.remove(name("next"))
        #expect(try send("next", "third") == .repeated)
        #expect(messages == [try name()])
    }

    @Test("of two that are written at once under one key one is published")
    func atOnce() throws {
        let both = [try submission("k", "one"), try submission("k", "two")]
        #expect(try both.map { try $0.commit() } == [.accepted, .repeated])
        #expect(messages == [try name()])
        #expect(bench.names.count == 2)
    }

    @Test("what interrupted writers have left goes later than the receipt that may name it")
    func leftovers() throws {
        try bench.drop("left", as: ".0123.pending", modified: QueueBench.now)
        try bench.drop("x", as: "a.queued", modified: QueueBench.now)
        let hour = Duration.seconds(3600)
        try bench.queue.forEachQueued(
            forgettingKeysAt: QueueBench.now.adding(KeyReceipt.lifetime).adding(hour)
        ) { _ in }
        #expect(bench.names == [".0123.pending", "a.queued"])
        try bench.queue.forEachQueued(
            forgettingKeysAt: QueueBench.now.adding(KeyReceipt.pendingLifetime).adding(.seconds(1))
        ) { _ in }
        #expect(bench.names == ["a.queued"])
    }

    @Test(
        "T3: a receipt that is none is an error, and is never followed",
        arguments: ["text", "", "../x\n", "link", "fifo"]
    )
    func hostileReceipts(kind: String) throws {
        let receipt = "." + (try name("k", "key"))
        switch kind {
        case "link": symlink("/etc/hostname", bench.path(of: receipt))
        case "fifo": mkfifo(bench.path(of: receipt), 0o600)
        default: try bench.drop(kind, as: receipt)
        }
        #expect(throws: SpoolError(.hostile, "")) { try send("k") }
        #expect(bench.names == [receipt])
    }

    @Test("each user has keys of his own; what another has put under their names is refused, not believed")
    func users() throws {
        let own = try SubmissionKey("k").stem
        guard let other = try OtherUser.act({ try SubmissionKey("k").stem }) else { return }
        #expect(own != other)
        chmod(bench.path, 0o1777)
        let message = try name()
        let foreign = "." + (try name("k", "key"))
        _ = try OtherUser.act { try bench.drop("0123\n", as: foreign) }
        #expect(throws: SpoolError(.hostile, "")) { try send("k") }
        try bench.queue.handle.remove(foreign)
        _ = try OtherUser.act { try bench.drop("x", as: message) }
        #expect(throws: SpoolError(.alreadyThere, "")) { try send("k") }
    }

    @Test("a member who may not list the directory repeats himself all the same")
    func member() throws {
        chmod(bench.path, 0o1733)
        guard
            let answers = try OtherUser.act({
                [try send("k", "one"), try send("k", "two"), try send("other")]
            })
        else { return }
        #expect(answers == [.accepted, .repeated, .accepted])
    }

    @Test(
        "T5: no control and no line break is part of a key",
        arguments: [
            "", "a\nb", "a\rb", "\0", "\u{B}", "\u{85}", "\u{2028}", String(repeating: "k", count: 201),
        ]
    )
    func badKeys(text: String) {
        #expect(throws: SpoolError(.name, "")) { try SubmissionKey(text) }
    }
}
