// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import Testing

@testable import Spool

@Suite struct ParsedQueueFileTests {
    private func claim(_ content: String) throws -> ClaimedMessage {
        let bench = try QueueBench()
        try bench.drop(content, as: "a.queued")
        return try bench.claim("a")
    }

    private func reason(_ content: String) throws -> String? {
        let bench = try QueueBench()
        try bench.drop(content, as: "a.queued")
        guard case .malformed(let error)? = try bench.refusal("a") else { return nil }
        return error.summary
    }

    @Test(
        "Sender and recipients are those of the block, and of the message where it says nothing",
        arguments: [
            (Samples.message, "<app@app.example>", ["<alice@example.net>", "<bob@example.org>"]),
            (Samples.plain, "<app@app.example>", ["<alice@example.net>", "<bob@example.org>"]),
            ("Queue-From: <>\n\n" + Samples.plain, "<>", ["<alice@example.net>", "<bob@example.org>"]),
            (
                "Queue-To: c@d.example NOTIFY=NEVER\n" + Samples.plain, "<app@app.example>",
                ["<c@d.example> NOTIFY=NEVER"]
            ),
            (
                "X-Sender: x@y.example\r\nX-Receiver: c@d.example\r\n" + Samples.plain, "<x@y.example>",
                ["<c@d.example>"]
            ),
            (
                "Queue-To: c@d.example\nQueue-To: c@D.EXAMPLE\n" + Samples.plain, "<app@app.example>",
                ["<c@d.example>"]
            ),
            (
                "Resent-From: r@s.example\nResent-To: t@u.example\n" + Samples.plain, "<r@s.example>",
                ["<t@u.example>"]
            ),
        ]
    )
    func envelopes(content: String, sender: String, recipients: [String]) throws {
        let message = try claim(content)
        #expect(message.envelope.sender.description == sender)
        #expect(message.envelope.recipients.map(\.description) == recipients)
    }

    @Test("Bcc is not sent when the recipients come from it, and stays when they do not")
    func bcc() throws {
        #expect(!String(decoding: try claim(Samples.plain).content.bytes, as: UTF8.self).contains("Bcc"))
        #expect(
            !String(decoding: try claim("Queue-From: <>\n" + Samples.plain).content.bytes, as: UTF8.self)
                .contains("Bcc")
        )
        #expect(
            String(
                decoding: try claim("Queue-To: a@b.example\n" + Samples.plain).content.bytes,
                as: UTF8.self
            ).contains("Bcc: bob")
        )
    }

    @Test("Queue-Length is the size of the message, to the byte")
    func statedLength() throws {
        let size = Samples.plain.utf8.count
        #expect(try claim("Queue-Length: \(size)\n\n" + Samples.plain).envelope.recipients.count == 2)
        #expect(try claim("Queue-Length: \(size)\r\n\r\n" + Samples.plain).envelope.recipients.count == 2)
        for stated in [0, size - 1, size + 1, 1_000_000] {
            #expect(
                try reason("Queue-Length: \(stated)\n\n" + Samples.plain)
                    == "Queue-Length says \(stated) bytes, the message has \(size)"
            )
        }
    }

    @Test(
        "What has no message, no sender or no recipient is malformed",
        arguments: [
            ("", "no message"), ("Queue-To: a@b.example\n", "no message"),
            ("Queue-To: a@b.example\n\n", "no message"), ("Q", "no recipient"),
            ("\n", "no recipient"), ("\n\nhello\n", "no recipient"),
            ("Queue-To: a@b.example\n\nx", "no sender"),
            ("From: a@b.example\n\nx", "no recipient"), ("To: a@b.example\n\nx", "no sender"),
            ("From: a@b.example\nTo: a b@c.example\n\n", "header To: "),
            ("From: a@b.example\nTo: a\rb@c.example\n\n", "header To: "),
            ("From: a@b.example\nTo: \u{85}a@c.example\n\n", "header To: "),
        ]
    )
    func noMessage(content: String, expected: String) throws {
        let reason = try reason(content)
        #expect(reason?.contains(expected) == true, "\(reason ?? "nil")")
    }

    @Test(
        "T31: a file cut at any byte is a message or malformed, and never anything else",
        arguments: [Samples.message, Samples.plain]
    )
    func T31_cutAnywhere(sample: String) throws {
        let bytes = Array(("Queue-Version: 1\r\n" + sample).utf8)
        let bench = try QueueBench()
        for length in 0...bytes.count {
            try bench.drop(Array(bytes[..<length]), as: "n\(length).queued")
            switch try bench.refusal("n\(length)") {
            case nil, .malformed: break
            case let other?: #expect(Bool(false), "\(other) at \(length)")
            }
        }
    }

    @Test("T31: a header without end is malformed, and is not read to its end")
    func T31_hugeHeader() throws {
        let bench = try QueueBench()
        try bench.drop("From: a@b.example\nTo: c@d.example\nX-Long: ", as: "a.queued")
        #expect(truncate(bench.path(of: "a.queued"), 100 << 20) == 0)
        bench.setTime(of: "a.queued", to: QueueBench.dropped)
        guard case .malformed(let error)? = try bench.refusal("a") else { return #expect(Bool(false)) }
        #expect(error.summary.contains("header is longer"))
        let fields =
            "From: a@b.example\nTo: c@d.example\n" + String(repeating: "X-Many: x\n", count: 200_000)
            + "\nbody\n"
        #expect(try reason(fields)?.contains("header is longer") == true)
    }

    @Test(
        "A long header and block are read, wherever the pieces end that are read at a time",
        arguments: ["\n", "\r\n"]
    )
    func longBeginning(lineEnd: String) throws {
        let size = 64 << 10
        let rest = ["From: a@b.example", "Date: x", "Message-ID: y", "", "body"].map { $0 + lineEnd }.joined()
        for shift in -4...4 {
            // The block, with its empty line, ends `shift` bytes behind the first piece.
            var block = "Queue-To: c@d.example" + lineEnd
            while block.utf8.count < size - 200 {
                block += "Queue-To: r\(block.utf8.count)@d.example" + lineEnd
            }
            let last = "Queue-Relay: a"
            block +=
                last
                + String(
                    repeating: " ",
                    count: size + shift - block.utf8.count - last.utf8.count - 2 * lineEnd.utf8.count
                )
            block += lineEnd + lineEnd
            #expect(block.utf8.count == size + shift)
            let message = try claim(block + rest)
            #expect(String(decoding: message.content.bytes, as: UTF8.self) == rest, "shift \(shift)")
        }
        let header =
            "From: a@b.example" + lineEnd + "To: c@d.example" + lineEnd + "Date: x" + lineEnd
            + "Message-ID: y" + lineEnd
        for shift in -4...4 {
            let long =
                "X: "
                + String(repeating: "x", count: size + shift - header.utf8.count - 3 - 2 * lineEnd.utf8.count)
                + lineEnd + lineEnd
            let content = header + long + "body" + lineEnd
            #expect(try claim(content).content.bytes == Array(content.utf8), "shift \(shift)")
        }
    }
}
