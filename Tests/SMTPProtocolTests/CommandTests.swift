// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import NIOCore
import SMTPProtocol
import Testing

/// Commands outside of a transaction.
@Suite struct CommandTests {
    @Test("A reply is handed over whatever it says, with all its lines, and the session goes on")
    func replyIsHandedOver() throws {
        var session = Session(offering: [])
        for reply in [
            "250-Ann <ann@example.net>\r\n250 Bob <bob@example.net>", "252 maybe", "550 no", "502 what?",
        ] {
            let actions = session.handle(.commandRequested(.expand("staff")))
            #expect(actions.written == "EXPN staff\r\n")
            #expect(actions.timer == .command)
            let end = session.say(reply)
            let result = try end.commandResults.first?.get()
            #expect(result.map { "\($0.code)" } == String(reply.prefix(3)))
            #expect(result?.lines.count == reply.split(separator: "\r\n").count)
            #expect(end.first == .cancelTimer)
        }
    }

    @Test("A command that cannot be sent is refused, and the session goes on")
    func impossibleCommand() throws {
        var session = Session(offering: [])
        for command in [
            Command.raw("NOOP\r\nMAIL FROM:<>"), .raw("STARTTLS"), .startTLS, .data, .quit,
            .chunk(byteCount: 5, isLast: true), .mail(.null, SenderParameters()), .verify(""),
            .verify("jörg"),
            .expand("a\0b"),
        ] {
            let actions = session.handle(.commandRequested(command))
            #expect(actions.written.isEmpty)
            #expect(throws: RelayFault.self) { try actions.commandResults.first?.get() }
            #expect(actions.fault == nil)
        }
        #expect(session.handle(.commandRequested(.noop)).written == "NOOP\r\n")
    }

    @Test("A name beyond ASCII goes where SMTPUTF8 is offered")
    func internationalName() {
        var session = Session(offering: ["SMTPUTF8"])
        #expect(session.handle(.commandRequested(.verify("jörg"))).written == "VRFY jörg SMTPUTF8\r\n")
    }

    @Test(
        "A session that breaks or is closing ends the command with its fault",
        arguments: [("421 bye", RelayFault.Kind.serviceClosing), ("354 go", .protocolViolation)]
    )
    func brokenSession(line: String, kind: RelayFault.Kind) {
        var session = Session(offering: [])
        session.handle(.commandRequested(.noop))
        let actions = session.say(line)
        #expect(actions.fault?.kind == kind)
        #expect(actions.commandResults == actions.fault.map { [.failure($0)] })
        #expect(actions.last == .close)
        let late = session.handle(.commandRequested(.noop))
        #expect(late == actions.fault.map { [.finishCommand(.failure($0))] })
    }

    @Test("A command beside another one or a transaction ends like every other")
    func misplacedCommands() throws {
        var session = Session(offering: [])
        session.handle(.commandRequested(.noop))
        let actions = session.handle(.commandRequested(.noop))
        #expect(actions.commandResults.count == 2)
        #expect(actions.fault?.kind == .local)
        var early = Session(SessionSettings(hello: "client.example", security: .none))
        early.handle(.connected)
        #expect(early.handle(.commandRequested(.noop)).commandResults.count == 1)
    }

    @Test("A session given up ends its command")
    func givenUp() {
        var session = Session(offering: [])
        session.handle(.commandRequested(.noop))
        let actions = session.handle(.quitRequested)
        #expect(actions.commandResults.count == 1)
        #expect(actions.last == .close)
    }

    @Test("A reply that comes with another one counts; the other one ends the session")
    func unsolicitedReply() throws {
        var session = Session(offering: [])
        session.handle(.commandRequested(.noop))
        let actions = session.say("250 ok\r\n250 more")
        #expect(try actions.commandResults.first?.get().code == 250)
        #expect(actions.fault?.kind == .protocolViolation)
    }

    @Test("Without extensions HELO comes first; what needs an extension is refused before it")
    func withoutExtensions() {
        var session = Session(
            SessionSettings(hello: "client.example", security: .none, usesExtensions: false)
        )
        session.handle(.connected)
        #expect(session.say("220 hi").written == "HELO client.example\r\n")
        for settings in [
            SessionSettings(hello: "c", security: .startTLS, usesExtensions: false),
            SessionSettings(
                hello: "c",
                security: .none,
                loginMechanisms: ["PLAIN"],
                allowsClearTextLogin: true,
                usesExtensions: false
            ),
        ] {
            var refused = Session(settings)
            refused.handle(.connected)
            let actions = refused.say("220 hi")
            #expect(actions.fault?.kind == .local)
            #expect(actions.written.isEmpty)
        }
    }
}
