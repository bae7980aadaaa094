// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import Testing

@Suite("A plain message that is composed")
struct PlainMessageTests {
    private func compose(
        subject: String = "Subject",
        text: String,
        cc: [Mailbox] = []
    ) throws -> (header: HeaderBlock, body: String) {
        var fields = MessageHeader(
            from: [Mailbox(displayName: "App", address: try MailAddress("app@app.example"))],
            to: [.mailbox(Mailbox(address: try MailAddress("a@b.example")))]
        )
        fields.cc = cc.map(AddressListEntry.mailbox)
        fields.subject = subject
        fields.date = MailDate.format(try Timestamp(parsing: "2026-11-24T04:10:03Z"))
        fields.messageID = "<1@app.example>"
        var generator = SeededGenerator(seed: 1)
        let message = MessageComposer(header: fields, text: text).compose(using: &generator)
        let header = HeaderBlock(parsing: message)
        return (header, String(decoding: message[header.bodyOffset...], as: UTF8.self))
    }

    @Test("is this, byte for byte")
    func whole() throws {
        let (header, body) = try compose(text: "Hello.\n")
        let expected = """
            Date: Tue, 24 Nov 2026 04:10:03 +0000
            From: App <app@app.example>
            Message-ID: <1@app.example>
            Subject: Subject
            To: a@b.example
            MIME-Version: 1.0
            Content-Type: text/plain; charset=us-ascii
            Content-Transfer-Encoding: 7bit

            Hello.

            """
        #expect(String(decoding: header.bytes, as: UTF8.self) == expected.replacing("\n", with: "\r\n"))
        #expect(body == "Hello.\r\n")
    }

    @Test("has the other recipients too")
    func copies() throws {
        let (header, _) = try compose(
            text: "",
            cc: [Mailbox(displayName: "Carol", address: try MailAddress("c@d.example"))]
        )
        #expect(header.values(of: "Cc") == ["Carol <c@d.example>"])
    }

    static let texts = [
        "", "\n", "one line", "one line\n", "LF\nLF\n", "CRLF\r\nCRLF\r\n", "mixed\r\nends\n",
        "blank at the end \nx", ".\n..\n.x\n", "From here\n",
        "Grüße\nzweite Zeile = 你好\n", "lone\rreturn", "nul\0", "tab\there", String(repeating: "x", count: 78),
        String(repeating: "x", count: 79),
        String(repeating: "ü", count: 5000), "\u{2028}\u{85}\n", "a\n\n\nb",
    ]

    @Test("gives back its text, whatever it is, with one line end at its end", arguments: texts)
    func roundTrip(_ text: String) throws {
        let (header, body) = try compose(text: text)
        let decoded =
            switch header.values(of: "Content-Transfer-Encoding") {
            case ["quoted-printable"]: MailDecoding.quotedPrintable(body)
            case ["base64"]: MailDecoding.base64(body)
            default: body
            }
        var expected = text.replacing("\r\n", with: "\n")
        if !expected.isEmpty, !expected.hasSuffix("\n") { expected += "\n" }
        #expect(decoded.replacing("\r\n", with: "\n").utf8.elementsEqual(expected.utf8))
    }

    @Test("is lines of printable ASCII, none longer than 78, ended by CRLF", arguments: texts)
    func wire(_ text: String) throws {
        let message = try compose(text: text).header.bytes
        var lines = message.split(separator: 0x0A, omittingEmptySubsequences: false)
        #expect(lines.popLast() == [])
        for line in lines {
            #expect(line.last == 0x0D && line.count <= 79)
            #expect(line.dropLast().allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 })
        }
    }
}
