// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPComponent
import SMTPSink
import Testing

/// The bytes of a message.
@Suite(.timeLimit(.minutes(1))) struct MessageTests {
    private func sent(_ change: (SMTP) throws -> Void) async throws -> MailReceiver {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        try change(smtp)
        try await smtp.send()
        await receiver.stop()
        return receiver
    }

    @Test(
        "Line ends of the text become CRLF, dots in front stay one",
        arguments: zip(
            ["a\nb\n", "a\r\nb", ".\r\n..x\r\n", "", "\r\n\r\n", "a\rb"],
            ["a\r\nb\r\n", "a\r\nb\r\n", ".\r\n..x\r\n", "", "\r\n\r\n", "a\r\nb\r\n"]
        )
    )
    func P33_messageText(text: String, wanted: String) async throws {
        let receiver = try await sent { $0.messageText = text }
        #expect(receiver.text() == wanted)
    }

    @Test("Text beyond ASCII is declared as 8BITMIME, and re-encoded where that is not offered")
    func P33_messageText_eightBit() async throws {
        let receiver = try await sent { $0.messageText = "Grüße\r\n" }
        #expect(receiver.text() == "Grüße\r\n")
        #expect(receiver.messages[0].sender.contains("BODY=8BITMIME"))
        let old = try await MailReceiver.start { $0.capabilities = [] }
        let smtp = ComponentBench.smtp(port: old.port)
        smtp.messageText = "Grüße\r\n"
        try await smtp.send()
        await old.stop()
        #expect(old.text() == "R3LDvMOfZQ0K\r\n")
        #expect(old.messages[0].sender.contains("BODY=") == false)
    }

    @Test(
        "CodePage says how the text becomes bytes; what it does not have is the error 434",
        arguments: [
            (65001, "é€", [0xC3, 0xA9, 0xE2, 0x82, 0xAC]), (28591, "é", [0xE9]), (1252, "é€", [0xE9, 0x80]),
            (20127, "e", [0x65]), (28591, "€", nil), (1252, "\u{81}", nil), (20127, "é", nil),
            (437, "e", nil),
        ] as [(Int, String, [UInt8]?)]
    )
    func C36_codePage(page: Int, text: String, wanted: [UInt8]?) async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        smtp.messageText = text
        try smtp.config("CodePage=\(page)")
        let code = await ComponentBench.code { try await smtp.send() }
        #expect(code == (wanted == nil ? 434 : 0))
        let sent = receiver.messages.first.map { Array($0.content.suffix((wanted?.count ?? 0) + 2)) }
        #expect(sent == wanted.map { $0 + [0x0D, 0x0A] })
        await receiver.stop()
    }

    @Test("A whole message goes as it is, with the envelope of the properties")
    func P21_message() async throws {
        let raw = "From: other@app.example\nX-Mine: 1\n\n.\nHi.\n"
        let receiver = try await sent { $0.message = Array(raw.utf8) }
        #expect(receiver.contents == [raw.replacing("\n", with: "\r\n")])
        #expect(receiver.messages[0].sender.hasPrefix("<a@app.example>"))
        #expect(receiver.messages[0].recipients == ["<b@example.net>"])
        let smtp = ComponentBench.smtp(port: 1)
        smtp.message = Array(raw.utf8)
        #expect(smtp.messageHeaderField == ["From", "X-Mine"])
    }

    @Test(
        "ReturnPath is the sender of the envelope, in no header",
        arguments: zip(
            ["", "bounces@app.example", "<>"],
            ["<a@app.example>", "<bounces@app.example>", "<>"]
        )
    )
    func P39_returnPath_C08_returnPath(path: String, wanted: String) async throws {
        let receiver = try await sent { $0.returnPath = path }
        #expect(receiver.messages[0].sender.hasPrefix(wanted))
        #expect(!receiver.contents[0].contains("bounces"))
    }

    @Test("From gives header and sender; what is no address is refused before connecting")
    func P14_from_sender() async throws {
        let receiver = try await sent { $0.from = "\"The App\" <app@app.example>" }
        #expect(receiver.messages[0].sender.hasPrefix("<app@app.example>"))
        #expect(receiver.header()[0] == "From: The App <app@app.example>")
        let smtp = ComponentBench.smtp(port: 1)
        for from in ["nobody", "a@b@c", "x@app.example>\r\nRCPT TO:<y@example.net"] {
            smtp.from = from
            #expect(await ComponentBench.code { try await smtp.send() } == 196)
        }
    }
}
