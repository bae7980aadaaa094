// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPComponent
import Testing

/// What goes over the wire when a message is sent.
@Suite(.timeLimit(.minutes(1))) struct SendTests {
    private let opening = ComponentBench.opening
    private let content = ComponentBench.content
    private let envelope = """
        C: MAIL FROM:<a@app.example>
        S: 250 ok
        C: RCPT TO:<b@example.net>
        S: 250 ok

        """

    @Test("A message is sent, and the connection that was opened for it is closed")
    func M10_send() async throws {
        let smtp = try await ComponentBench.play(opening + envelope + content + "C: QUIT\nS: 221 bye")
        #expect(!smtp.connected)
        #expect(smtp.idle)
        #expect(smtp.lastError == nil)
    }

    @Test("Connect keeps one connection for several messages, RSET between them")
    func M02_connect_M03_disconnect_C09_sendRSET() async throws {
        let script =
            opening + envelope + content + "C: RSET\nS: 250 ok\n" + envelope + content + "C: QUIT\nS: 221 bye"
        _ = try await ComponentBench.play(script) { smtp in
            try await smtp.connect()
            #expect(smtp.connected)
            #expect(await ComponentBench.code { try await smtp.connect() } == 104)
            try await smtp.send()
            try await smtp.send()
            #expect(smtp.connected)
            try await smtp.disconnect()
            #expect(!smtp.connected)
            try await smtp.disconnect()
        }
    }

    @Test("With SendRSET = False no RSET goes between two messages")
    func C09_sendRSET_off() async throws {
        let script = opening + envelope + content + envelope + content + "C: QUIT\nS: 221 bye"
        _ = try await ComponentBench.play(script) { smtp in
            try smtp.config("SendRSET=False")
            try await smtp.connect()
            try await smtp.send()
            try await smtp.send()
        }
    }

    @Test("What is missing is told in the order server, sender, recipient")
    func missingParties() async {
        let smtp = SMTP()
        #expect(await ComponentBench.code { try await smtp.send() } == 163)
        #expect(await ComponentBench.code { try await smtp.connect() } == 163)
        smtp.mailServer = "127.0.0.1"
        #expect(await ComponentBench.code { try await smtp.send() } == 164)
        smtp.from = "a@app.example"
        #expect(await ComponentBench.code { try await smtp.send() } == 165)
        #expect(smtp.lastError == SMTPError(.noRecipient))
        #expect(smtp.lastError?.description.contains("SendTo") == true)
    }

    @Test("With AllowExtensions = False the session begins with HELO, and nothing is used beyond it")
    func P01_allowExtensions() async throws {
        let script =
            "S: 220 relay.example\nC: HELO client.example\nS: 250 relay.example\n" + envelope + content
            + "C: QUIT\nS: 221 bye"
        _ = try await ComponentBench.play(
            script,
            change: { smtp in
                smtp.allowExtensions = false
                smtp.user = "alice"
                smtp.password = "secret"
                smtp.messageRecipientOptions[0] = "NOTIFY=NEVER"
            }
        )
    }

    @Test("When EHLO is refused HELO follows")
    func P01_allowExtensions_fallback() async throws {
        let script =
            "S: 220 relay.example\nC: EHLO client.example\nS: 502 what?\nC: HELO client.example\nS: 250 relay.example\n"
            + envelope + content + "C: QUIT\nS: 221 bye"
        _ = try await ComponentBench.play(script)
    }

    @Test("Each method for terminals has its verb", arguments: ["SAML", "SEND", "SOML"])
    func M11_sendToTerminalAndEmail_M12_sendToTerminalOnly_M13_sendToTerminalOrEmail(
        verb: String
    ) async throws {
        let script =
            opening + envelope.replacing("MAIL FROM", with: "\(verb) FROM") + content + "C: QUIT\nS: 221 bye"
        _ = try await ComponentBench.play(script) { smtp in
            switch verb {
            case "SAML": try await smtp.sendToTerminalAndEmail()
            case "SEND": try await smtp.sendToTerminalOnly()
            default: try await smtp.sendToTerminalOrEmail()
            }
        }
    }

    @Test("A server that does not know the verb is the error 161, and without extensions nothing is sent")
    func terminalsRefused() async throws {
        let script =
            opening
            + "C: SEND FROM:<a@app.example>\nS: 502 5.5.1 no terminals\nC: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye"
        let error = await ComponentBench.error {
            _ = try await ComponentBench.play(script) { try await $0.sendToTerminalOnly() }
        }
        #expect(error?.code == 161)
        #expect(error?.description.contains("502 5.5.1 no terminals") == true)
        let smtp = ComponentBench.smtp(port: 1)
        smtp.allowExtensions = false
        #expect(await ComponentBench.code { try await smtp.sendToTerminalOnly() } == 211)
        #expect(await ComponentBench.code { try await smtp.sendToTerminalAndEmail() } == 211)
        #expect(await ComponentBench.code { try await smtp.sendToTerminalOrEmail() } == 211)
    }

    @Test("A refused sender is the error 161 with the reply")
    func refusedSender() async throws {
        let script =
            opening
            + "C: MAIL FROM:<a@app.example>\nS: 550 5.7.1 not you\nC: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye"
        let error = await ComponentBench.error { _ = try await ComponentBench.play(script) }
        #expect(error?.code == 161)
        #expect(error?.description.contains("550 5.7.1 not you") == true)
    }

    @Test("A refused greeting is the error 161, a server that hangs up 1120")
    func refusedGreeting() async throws {
        #expect(
            await ComponentBench.code { _ = try await ComponentBench.play("S: 554 no mail here\nC: QUIT") }
                == 161
        )
        #expect(
            await ComponentBench.code {
                _ = try await ComponentBench.play("S: 220 x\nC: EHLO client.example\n! drop")
            } == 1120
        )
    }

    @Test("Verify takes 25x for yes; the answer stands in LastReply")
    func M14_verify() async throws {
        let yes = opening + "C: VRFY alice\nS: 250 Alice <alice@example.net>\nC: QUIT\nS: 221 bye"
        let smtp = try await ComponentBench.play(yes) { try await $0.verify("alice") }
        // Not the answer to QUIT.
        #expect(smtp.lastReply == "250 Alice <alice@example.net>")
        let kept = opening + "C: VRFY alice\nS: 252 cannot say\nC: QUIT\nS: 221 bye"
        _ = try await ComponentBench.play(kept) { smtp in
            try await smtp.connect()
            try await smtp.verify("alice")
            #expect(smtp.lastReply == "252 cannot say")
        }
        let no = opening + "C: VRFY alice\nS: 550 5.1.1 who?\nC: QUIT\nS: 221 bye"
        #expect(
            await ComponentBench.code {
                _ = try await ComponentBench.play(no) { try await $0.verify("alice") }
            } == 161
        )
    }

    @Test("Expand fires an event for each address, and takes no 252 for an answer")
    func M05_expand_E04_expand() async throws {
        let yes =
            opening
            + "C: EXPN staff\nS: 250-Alice <alice@example.net>\nS: 250 2.1.5 bob@example.org\nC: QUIT\nS: 221 bye"
        _ = try await ComponentBench.play(yes) { smtp in
            let log = EventLog(smtp)
            try await smtp.expand("staff")
            #expect(
                log.all.filter { $0.isExpand } == [
                    .expand(address: "Alice <alice@example.net>"), .expand(address: "bob@example.org"),
                ]
            )
            // As it is in the address properties.
            smtp.messageRecipientCount = 0
            smtp.sendTo = "Alice <alice@example.net>"
            #expect(smtp.messageRecipientAddress[0] == "alice@example.net")
        }
        for refusal in ["252 cannot say", "502 not here", "550 no such list"] {
            let no = opening + "C: EXPN staff\nS: \(refusal)\nC: QUIT\nS: 221 bye"
            let error = await ComponentBench.error {
                _ = try await ComponentBench.play(no) { try await $0.expand("staff") }
            }
            #expect(error?.code == 161)
            #expect(error?.description.contains(refusal) == true)
        }
    }
}

extension SMTPEvent {
    fileprivate var isExpand: Bool { if case .expand = self { true } else { false } }
}
