// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool

@Suite struct QueueFileParserTests {
    private func parse(_ text: String, isWhole: Bool = true) throws(SpoolError) -> QueueFileParser.Result? {
        try QueueFileParser.parse(Array(text.utf8), isWhole: isWhole)
    }

    private func error(_ text: String) -> SpoolError? {
        do throws(SpoolError) {
            _ = try parse(text)
            return nil
        } catch {
            return error
        }
    }

    @Test("Every field of version 1 is read, with LF and with CRLF", arguments: ["\n", "\r\n"])
    func everyFieldIsRead(lineEnd: String) throws {
        let lines = [
            "Queue-Version: 1", "Queue-From: <bounces@app.example> RET=HDRS ENVID=order-1001",
            "Queue-To: <alice@example.net> NOTIFY=FAILURE,DELAY ORCPT=rfc822;alice@example.net",
            "QUEUE-TO:\t<bob@example.org> \t", "queue-after:2026-11-24T09:00:00Z",
            "Queue-Expires: 2026-11-26T10:00:00+01:00",
            "Queue-Priority: -4", "Queue-Relay: primary", "Queue-Length: 1234", "",
        ]
        let block = lines.map { $0 + lineEnd }.joined()
        let result = try #require(try parse(block + "From: a@b.example\n"))
        #expect(result.envelope.sender?.description == "<bounces@app.example> RET=HDRS ENVID=order-1001")
        #expect(
            result.envelope.recipients.map(\.description) == [
                "<alice@example.net> NOTIFY=FAILURE,DELAY ORCPT=rfc822;alice@example.net",
                "<bob@example.org>",
            ]
        )
        #expect(result.envelope.after?.description == "2026-11-24T09:00:00Z")
        #expect(result.envelope.expires?.description == "2026-11-26T09:00:00Z")
        #expect(result.envelope.priority == -4)
        #expect(result.envelope.relay == "primary")
        #expect(result.statedLength == 1234)
        #expect(result.messageOffset == block.utf8.count)
    }

    @Test("The null sender, and the two fields of other pickup directories, are read")
    func otherFields() throws {
        #expect(try parse("Queue-From: <>\n\n")?.envelope.sender?.path == .null)
        let other = try parse(
            "X-Sender: app@app.example\r\nX-Receiver: <a@b.example>\r\nX-Receiver: c@d.example\r\nX-Mailer: 1\r\n"
        )
        #expect(other?.envelope.sender?.description == "<app@app.example>")
        #expect(other?.envelope.recipients.map(\.description) == ["<a@b.example>", "<c@d.example>"])
    }

    @Test(
        "The block ends at the first line that is no field; an empty one belongs to it",
        arguments: [
            ("", ""), ("Q", "Q"), ("\nx", "\nx"), ("From: a@b.example\n\nx", "From: a@b.example\n\nx"),
            ("Queue-Version: 1\n\nQueue-To: x\n", "Queue-To: x\n"), ("Queue-Version: 1\r\n\r\n\r\n", "\r\n"),
            ("Queue-Version: 1\nFrom: x\n", "From: x\n"), ("Queue-Version: 1\n", ""),
            ("Queue-Version: 1", ""),
            ("Queue-Version: 1\nX-Sender-Id: x\n", "X-Sender-Id: x\n"), ("Queue-Version: 1\n\rx\n", "\rx\n"),
            ("X-Senders: x\n", "X-Senders: x\n"), ("Queues: x\n", "Queues: x\n"),
            (" Queue-To: x\n", " Queue-To: x\n"),
        ]
    )
    func blockEnds(text: String, message: String) throws {
        let result = try #require(try parse(text))
        #expect(result.messageOffset == text.utf8.count - message.utf8.count)
    }

    @Test(
        "What is wrong in the block is told with its line",
        arguments: [
            ("Queue-Color: red\n", 1, "Queue-Color is not a known field"),
            ("Queue-Version: 1\nQueue-\n", 2, "has no colon"),
            ("Queue-Version: 1\nQueue-: 1\n", 2, "not a known field"),
            ("Queue-To : a@b.example\n", 1, "not a known field"),
            ("Queue-Version: 2\n", 1, "version \"2\" is not known"),
            ("Queue-Version:\n", 1, "version \"\" is not known"),
            ("Queue-Version: 1\nQueue-Version: 1\n", 2, "stands twice"),
            ("Queue-From: <>\nqueue-from: <>\n", 2, "stands twice"),
            ("X-Sender: a@b.example\nQueue-From: <>\n", 2, "stands twice"),
            ("Queue-Relay: a\nQueue-Relay: a\n", 2, "stands twice"),
            ("Queue-Length: 1\n\u{51}ueue-Length: 1\n", 2, "stands twice"),
            ("Queue-Priority: 1\nQueue-Priority: 1\n", 2, "stands twice"),
            ("Queue-To: a@b.example\nQueue-To: \n", 2, ""),
            ("Queue-After: tomorrow\n", 1, "is no time"),
            ("Queue-Expires: 2026-13-01T00:00:00Z\n", 1, "is no time"),
            ("Queue-Priority: 10\n", 1, "the priority is not -9 to 9"),
            ("Queue-Priority: high\n", 1, "the priority"),
            ("Queue-Priority: 99999999999999999999\n", 1, "the priority"),
            ("Queue-Relay: a b\n", 1, "is no relay name"),
            ("Queue-Relay:\n", 1, "is no relay name"), ("Queue-Relay: ../x\n", 1, "is no relay name"),
            ("Queue-Length: -1\n", 1, "the length"), ("Queue-Length: +1\n", 1, "the length"),
            ("Queue-Length: 1k\n", 1, "the length"),
            ("Queue-Length: 99999999999999999999\n", 1, "the length"), ("Queue-Length:\n", 1, "the length"),
            ("Queue-From: a@b.example RET=SOME\n", 1, "RET=SOME"),
            ("Queue-To: a@b.example RET=FULL\n", 1, "RET is no parameter"),
            ("Queue-To: <a@b.example\n", 1, ""), ("Queue-To: a b@c.example\n", 1, ""),
            ("Queue-To: <>\n", 1, ""),
            ("Queue-To: a@b.example\n NOTIFY=NEVER\n", 2, "cannot be continued"),
            ("Queue-To: a@b.example\n\tx", 2, "cannot be continued"),
            ("Queue-Version: 1\n ", 2, "cannot be continued"),
        ]
    )
    func mistakesAreTold(text: String, line: Int, reason: String) throws {
        let error = try #require(self.error(text))
        #expect(error.code == .malformed)
        #expect(error.line == line)
        #expect(error.summary.hasPrefix("line \(line): "))
        #expect(reason.isEmpty || error.summary.contains(reason), "\(error.summary)")
    }

    @Test("A value that is no UTF-8 is refused")
    func valuesAreUTF8() {
        for bytes in [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xC0, 0x8A]] as [[UInt8]] {
            let file = Array("Queue-To: <a".utf8) + bytes + Array("@b.example>\n\nx".utf8)
            #expect(throws: SpoolError(.malformed, "")) { try QueueFileParser.parse(file, isWhole: true) }
        }
    }

    @Test("T5: no control or line separator enters through a value", arguments: HostileValues.inOneLine)
    func T5_controlsAtLoad(separator: Unicode.Scalar) {
        let values = [
            "Queue-Version: 1\(separator)2", "Queue-From: <a\(separator)b@c.example>",
            "Queue-From: <a@b.example>\(separator)RET=FULL",
            "Queue-From: <a@b.example> ENVID=x\(separator)y", "Queue-From: <a@b.example> AUTH=x\(separator)y",
            "Queue-To: <a@b\(separator)c.example>", "Queue-To: \"a\(separator)b\"@c.example",
            "Queue-To: <a@b.example> ORCPT=rfc822;a\(separator)b", "Queue-To: <a@b.example>\(separator)x",
            "X-Sender: a\(separator)@b.example",
            "X-Receiver: a@b.example\(separator)x", "Queue-After: 2026-11-24\(separator)09:00:00Z",
            "Queue-Priority: 1\(separator)2",
            "Queue-Expires: 2026-11-24T09:00:00Z\(separator)x", "Queue-Relay: a\(separator)b",
            "Queue-Length: 1\(separator)2",
            "Queue-\(separator): 1", "Queue-To\(separator): a@b.example",
        ]
        for value in values {
            #expect(error(value + "\n\nx")?.code == .malformed, "\(value.debugDescription)")
            let shown = error(value + "\n\nx")?.summary ?? ""
            #expect(PrintableText(shown, limitBytes: .max).string == shown)
        }
    }

    // MARK: Limits

    @Test(
        "The longest line is read and one byte more is not, with and without its end",
        arguments: ["\n", "\r\n", ""]
    )
    func longestLine(lineEnd: String) throws {
        let length = QueueFileParser.lineLimit
        let longest = "Queue-Relay: a" + String(repeating: " ", count: length - 14)
        #expect(try parse(longest + lineEnd)?.envelope.relay == "a")
        for isWhole in [true, false] {
            #expect(throws: SpoolError(.malformed, "")) {
                try parse(longest + " " + lineEnd, isWhole: isWhole)
            }
        }
        let plain = "From: " + String(repeating: "a", count: 2 * length)
        #expect(try parse(plain + lineEnd, isWhole: false)?.messageOffset == 0)
    }

    @Test("There are twenty thousand recipients at most, and four megabytes")
    func mostRecipients() throws {
        let limit = QueueFileParser.recipientLimit
        let recipients = (0..<limit).map { "Queue-To: a\($0)@b.example\n" }.joined()
        #expect(try parse(recipients + "\n")?.envelope.recipients.count == limit)
        #expect(error(recipients + "X-Receiver: one@more.example\n\n")?.line == limit + 1)
        let long = "Queue-To: a@b.example" + String(repeating: " ", count: 4000) + "\n"
        #expect(
            error(String(repeating: long, count: 1100))?.summary.contains("the envelope is longer") == true
        )
    }
}
