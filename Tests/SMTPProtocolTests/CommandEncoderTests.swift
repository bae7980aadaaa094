// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import NIOCore
import SMTPProtocol
import Testing

@Suite struct CommandEncoderTests {
    private func line(_ command: Command) throws -> String {
        var buffer = ByteBuffer()
        try CommandEncoder.encode(command, into: &buffer)
        return String(buffer: buffer)
    }

    @Test("Each command is one line")
    func commandsAreLines() throws {
        let address = try MailAddress("a@app.example")
        #expect(try line(.ehlo("client.example")) == "EHLO client.example\r\n")
        #expect(try line(.helo("[192.0.2.1]")) == "HELO [192.0.2.1]\r\n")
        #expect(try line(.startTLS) == "STARTTLS\r\n")
        #expect(
            try line(.authenticate(mechanism: "PLAIN", initialResponse: Array("\0a\0b".utf8)))
                == "AUTH PLAIN AGEAYg==\r\n"
        )
        #expect(try line(.authenticate(mechanism: "LOGIN", initialResponse: nil)) == "AUTH LOGIN\r\n")
        #expect(try line(.authenticate(mechanism: "EXTERNAL", initialResponse: [])) == "AUTH EXTERNAL =\r\n")
        #expect(try line(.saslResponse(Array("alice".utf8))) == "YWxpY2U=\r\n")
        #expect(try line(.saslResponse([])) == "\r\n")
        #expect(try line(.cancelLogin) == "*\r\n")
        #expect(try line(.mail(.null, SenderParameters())) == "MAIL FROM:<>\r\n")
        let parameters = SenderParameters(
            size: 1234,
            body: .eightBit,
            isInternationalised: true,
            passedOn: [try ESMTPParameter(keyword: "ret", value: "HDRS")]
        )
        #expect(
            try line(.mail(.address(address), parameters))
                == "MAIL FROM:<a@app.example> SIZE=1234 BODY=8BITMIME SMTPUTF8 RET=HDRS\r\n"
        )
        #expect(try line(.recipient(address, [])) == "RCPT TO:<a@app.example>\r\n")
        #expect(try line(.data) == "DATA\r\n")
        #expect(try line(.endOfContent) == ".\r\n")
        #expect(try line(.reset) == "RSET\r\n")
        #expect(try line(.quit) == "QUIT\r\n")
        #expect(try line(.chunk(byteCount: 0, isLast: true)) == "BDAT 0 LAST\r\n")
        #expect(try line(.chunk(byteCount: 1_048_576, isLast: false)) == "BDAT 1048576\r\n")
        #expect(try line(.mail(.null, SenderParameters(body: .binary))) == "MAIL FROM:<> BODY=BINARYMIME\r\n")
        for (verb, word) in [(MailVerb.send, "SEND"), (.sendOrMail, "SOML"), (.sendAndMail, "SAML")] {
            #expect(try line(.mail(.null, SenderParameters(), verb: verb)) == "\(word) FROM:<>\r\n")
        }
        #expect(try line(.verify("Jörg <j@example.net>")) == "VRFY Jörg <j@example.net> SMTPUTF8\r\n")
        #expect(try line(.expand("staff")) == "EXPN staff\r\n")
        #expect(try line(.help(nil)) == "HELP\r\n")
        #expect(try line(.help("MAIL")) == "HELP MAIL\r\n")
        #expect(try line(.noop) == "NOOP\r\n")
        #expect(try line(.raw("ETRN example.net")) == "ETRN example.net\r\n")
    }

    @Test("T7: a line of the caller's is one line, and none that changes how the session is read")
    func T7_linesOfTheCaller() {
        for text in ["", " ", " NOOP", "a\r\nb", "a\nb", "a\rb", "a\0b", "a\u{85}b", "a\u{2028}b", "a\tb"] {
            for command in [Command.raw(text), .verify(text), .expand(text), .help(text)] {
                #expect(throws: CommandError.self) { try line(command) }
            }
        }
        for text in ["DATA", "data", "BDAT 10 LAST", "StartTLS", "AUTH PLAIN AGFsaWNlAHNlY3JldA=="] {
            #expect(throws: CommandError.reservedVerb) { try line(.raw(text)) }
        }
    }

    @Test(
        "T7: a name or mechanism with a control, a blank or nothing is refused, and nothing of it is written",
        arguments: [
            "a\r\nMAIL FROM:<>", "a\nb", "a\rb", "a\0", "a b", "", "\u{85}", "a\u{2028}b", "\u{7F}",
            "münchen", "\u{760A}",
        ]
    )
    func T7_namesWithControls(name: String) {
        for command in [
            Command.ehlo(name), .helo(name), .authenticate(mechanism: name, initialResponse: nil),
        ] {
            var buffer = ByteBuffer(string: "before")
            #expect(throws: CommandError.self) { try CommandEncoder.encode(command, into: &buffer) }
            #expect(String(buffer: buffer) == "before")
        }
    }

    @Test("T6: no scalar beyond ASCII becomes a control, a bracket or a line end")
    func T6_scalarsKeepTheirBytes() throws {
        // The last byte of these is what a careless conversion would leave of them.
        let dangerous: [UInt32] = [0x00, 0x0A, 0x0D, 0x20, 0x22, 0x3C, 0x3E, 0x7F]
        for value in (1...0x2FF).flatMap({ high in dangerous.map { UInt32(high) << 8 | $0 } }) {
            guard let scalar = Unicode.Scalar(value), let address = try? MailAddress("a\(scalar)@b.example")
            else { continue }
            var buffer = ByteBuffer()
            try CommandEncoder.encode(.recipient(address, []), into: &buffer)
            let bytes = buffer.readableBytesView.dropFirst("RCPT TO:<a".utf8.count).dropLast(
                "@b.example>\r\n".utf8.count
            )
            if !bytes.allSatisfy({ $0 >= 0x80 }) {
                Issue.record("U+\(String(value, radix: 16)) became \(Array(bytes))")
            }
        }
    }

    @Test("A line longer than servers must accept is refused")
    func overlongLinesAreRefused() throws {
        #expect(throws: CommandError.lineTooLong) { try line(.ehlo(String(repeating: "a", count: 2042))) }
        #expect(throws: CommandError.lineTooLong) {
            try line(.saslResponse(Array(repeating: 0, count: 9300)))
        }
        #expect(throws: CommandError.lineTooLong) {
            try line(.authenticate(mechanism: "PLAIN", initialResponse: Array(repeating: 0, count: 400)))
        }
        #expect(
            CommandEncoder.fitsInAuthenticate(
                mechanism: "PLAIN",
                initialResponse: Array(repeating: 0, count: 372)
            )
        )
        #expect(
            try line(.authenticate(mechanism: "PLAIN", initialResponse: Array(repeating: 0, count: 372))).utf8
                .count == 509
        )
        #expect(
            !CommandEncoder.fitsInAuthenticate(
                mechanism: "PLAIN",
                initialResponse: Array(repeating: 0, count: 373)
            )
        )
    }

    @Test("T29: the description of a command does not show a password")
    func T29_descriptionHidesPasswords() {
        let commands: [Command] = [
            .authenticate(mechanism: "PLAIN", initialResponse: Array("hunter2".utf8)),
            .saslResponse(Array("hunter2".utf8)),
        ]
        let shown = "\(commands) " + commands.map { String(reflecting: $0) }.joined()
        #expect(!shown.contains("104, 117") && !shown.contains("aHVudGVyMg") && !shown.contains("hunter2"))
    }
}
