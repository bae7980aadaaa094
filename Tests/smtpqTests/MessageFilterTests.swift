// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import ArgumentParser
import MailMessage
import ProgramOutput
import Spool
import Testing

@testable import Submission
@testable import smtpq

@Suite("A filter of messages")
struct MessageFilterTests {
    @Test("knows addresses, domains and patterns, without regard to case")
    func patterns() {
        for (pattern, address, isMatch) in [
            ("alice@example.net", "Alice@Example.NET", true),
            ("alice@example.net", "malice@example.net", false),
            ("example.net", "alice@example.net", true), ("example.net", "alice@sub.example.net", false),
            ("example.net", "example.net@other.example", false), ("<>", "<>", true),
            ("<>", "a@b.example", false),
            ("*", "a@b.example", true), ("*@*.example.net", "a@sub.example.net", true),
            ("*@*.example.net", "a@example.net", false), ("a*c*e", "abcde", true), ("a*c*e", "abde", false),
            ("ab*ba", "aba", false), ("*a*a*", "a", false), ("", "a@b.example", false),
        ] {
            #expect(AddressPattern(pattern).matches(address) == isMatch, "\(pattern) \(address)")
        }
    }

    private func ids(_ arguments: [String], now: Timestamp = .now()) throws -> [String] {
        let scratch = try ScratchQueue(["old.failed"])
        let envelope = { (sender: String, recipient: String) in
            "Queue-From: <\(sender)>\nQueue-To: <\(recipient)>\n\nSubject: x\n\nx\n"
        }
        try scratch.write("one.queued", envelope("app@app.example", "alice@example.net"))
        try scratch.write("two.queued", envelope("", "bob@example.org"))
        try scratch.write("broken.queued", "Queue-Colour: blue\n\nx\n")
        let filter = try FilterOptions.parse(arguments).filter(now: now)
        return try scratch.queue.candidates(for: filter).compactMap { stem, state in
            try scratch.queue.matching(filter, stem, listedAs: state)?.stem.text
        }
    }

    @Test("means the messages that fit all of it")
    func filters() throws {
        #expect(try ids([]) == ["broken", "old", "one", "two"])
        #expect(try ids(["--state", "failed"]) == ["old"])
        #expect(try ids(["--sender", "app@app.example"]) == ["one"])
        #expect(try ids(["--sender", "<>"]) == ["two"])
        #expect(try ids(["--recipient", "example.*"]) == [])
        #expect(try ids(["--recipient", "*@example.*"]) == ["one", "two"])
        #expect(try ids(["--recipient", "d.example", "--state", "queued"]) == [])
        #expect(try ids(["--older", "1h"]) == [])
        #expect(try ids(["--older", "1h"], now: Timestamp.now().adding(.seconds(3700))).count == 4)
    }

    @Test("and ids do not go together, and one of them is needed")
    func batch() throws {
        let scratch = try ScratchQueue(["one.queued", "two.queued", "three.held"])
        for arguments in [[], ["one", "--recipient", "d.example"]] {
            let error = #expect(throws: CommandFailure.self) {
                try MessageBatch(MessageArguments.parse(arguments), in: scratch.queue)
            }
            #expect(error?.status == .usage)
        }
        try MessageBatch(MessageArguments.parse(["--recipient", "d.example"]), in: scratch.queue)
            .perform(in: [.queued], done: "held") { stem throws(SpoolError) in try scratch.queue.hold(stem) }
        #expect(scratch.names.filter { $0.hasSuffix(".held") } == ["one.held", "three.held", "two.held"])
    }

    @Test("is not needed where an id is only misspelt: the one that was meant is named")
    func didYouMean() throws {
        let stems = try ["order-1001", "mail"].map { try MessageStem($0) }
        let error = #expect(throws: SpoolError.self) { try MessageSelection.find("ordr-1001", among: stems) }
        #expect(error?.summary.contains("did you mean order-1001?") == true)
    }
}
