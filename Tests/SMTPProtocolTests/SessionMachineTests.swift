// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import NIOCore
import SMTPProtocol
import Testing

/// What no transcript can say: events of the driver, timers, the order of actions.
@Suite struct SessionMachineTests {
    private func transaction(
        to recipients: String...,
        from sender: String = "<a@app.example>"
    ) throws -> MailTransaction {
        let facts = ContentFacts(
            wireByteCount: 9,
            isEightBit: false,
            longestLine: 7,
            hasNUL: false,
            hasNonASCIIHeader: false
        )
        return MailTransaction(
            sender: try EnvelopeSender(parsing: sender),
            recipients: try recipients.map { try EnvelopeRecipient(parsing: $0) },
            content: facts
        )
    }

    /// Leads a new session to the moment when it sends the content.
    private func sendContent(_ session: inout Session) throws {
        session.handle(.transactionRequested(try transaction(to: "<b@example.net>")))
        let actions = session.say("250 ok\r\n250 ok\r\n354 go")
        #expect(actions.last == .sendContent(of: 0))
        #expect(actions.timer == .content)
    }

    @Test("Each phase has its timer; a ready session has none")
    func timersFollowThePhases() throws {
        var session = Session(SessionSettings(hello: "client.example", security: .startTLS))
        #expect(session.handle(.connected).timer == .greeting)
        #expect(session.say("220 hi").timer == .ehlo)
        #expect(session.say("250-x\r\n250 STARTTLS").timer == .startTLS)
        #expect(session.say("220 go").timer == .tlsHandshake)
        #expect(session.handle(.tlsEstablished).timer == .ehlo)
        #expect(session.say("250 x").first == .cancelTimer)
        #expect(session.handle(.transactionRequested(try transaction(to: "<b@example.net>"))).timer == .mail)
        #expect(session.say("250 ok").timer == .recipient)
        #expect(session.say("250 ok").timer == .data)
        #expect(session.say("354 ok").timer == .content)
        #expect(session.handle(.contentProgressed) == [.startTimer(.content, .seconds(180))])
        #expect(session.handle(.contentSent) == [.startTimer(.finalDot, .seconds(600))])
        #expect(session.say("250 ok").first == .cancelTimer)
        #expect(session.handle(.quitRequested).timer == .quit)
        #expect(session.say("221 bye") == [.cancelTimer, .close])
    }

    @Test("A piece of a reply does not restart the timer")
    func piecesAreNoProgress() {
        var session = Session(SessionSettings(hello: "client.example", security: .none))
        session.handle(.connected)
        #expect(session.handle(.bytesReceived(ByteBuffer(string: "220-slow"))).isEmpty)
        #expect(session.handle(.bytesReceived(ByteBuffer(string: "er\r\n"))).isEmpty)
    }

    @Test("Every phase has a time-out, those of RFC 5321 as it asks")
    func timeouts() {
        var timeouts = PhaseTimeouts.rfc5321
        let asked: [SessionPhase: Int] = [
            .greeting: 300, .mail: 300, .recipient: 300, .data: 120, .content: 180, .finalDot: 600,
        ]
        for (phase, seconds) in asked { #expect(timeouts[phase] >= .seconds(seconds)) }
        for phase in SessionPhase.allCases { #expect(timeouts[phase] > .zero) }
        timeouts[.quit] = .seconds(1)
        #expect(timeouts[.quit] == .seconds(1))
        #expect(timeouts != .rfc5321)
    }

    @Test("A time-out names its phase and time")
    func timeoutNamesItsPhase() {
        var session = Session(SessionSettings(hello: "client.example", security: .none))
        session.handle(.connected)
        let fault = session.handle(.phaseTimedOut).fault
        #expect(fault?.phase == .greeting)
        #expect(fault?.text == "the server did not answer within 300 s")
        var content = Session(offering: ["PIPELINING"])
        #expect(content.handle(.phaseTimedOut).isEmpty)
    }

    @Test("A connection lost while the content is being sent touches nobody")
    func lostWithinTheContent() throws {
        for event in [SessionEvent.connectionClosed("reset by peer"), .phaseTimedOut] {
            var session = Session(offering: ["PIPELINING"])
            try sendContent(&session)
            let actions = session.handle(event)
            let fault = try #require(actions.fault)
            #expect(fault.phase == .content)
            #expect(actions.outcomes == [.relayFault(fault)])
            #expect(actions.last == .close)
            #expect(session.handle(.contentSent).isEmpty)
        }
    }

    @Test("A content that cannot be read closes the connection without a final dot")
    func contentThatCannotBeRead() throws {
        var session = Session(offering: ["PIPELINING"])
        try sendContent(&session)
        #expect(
            session.handle(.contentFailed("it changed"))
                == [.cancelTimer, .finishTransaction(.contentFailed("it changed")), .close]
        )
    }

    @Test("A refusal in the middle of the content is the message's answer, and ends the connection")
    func refusalWithinTheContent() throws {
        var session = Session(offering: ["PIPELINING"])
        try sendContent(&session)
        let actions = session.say("552 5.3.4 Message too big")
        guard case .settled(let outcomes)? = actions.outcomes.first else {
            Issue.record("not settled")
            return
        }
        #expect(outcomes.map(\.verdict) == [.failed])
        #expect(actions.fault == nil)
        #expect(actions.last == .close)
        for event in [SessionEvent.contentProgressed, .contentSent, .contentFailed("late")] {
            #expect(session.handle(event).isEmpty)
        }
    }

    @Test("421 in the middle of the content is the relay closing; a success there is no delivery")
    func otherRepliesWithinTheContent() throws {
        for (line, kind) in [("421 bye", RelayFault.Kind.serviceClosing), ("250 ok", .protocolViolation)] {
            var session = Session(offering: ["PIPELINING"])
            try sendContent(&session)
            let actions = session.say(line)
            #expect(actions.fault?.kind == kind)
            #expect(actions.outcomes == actions.fault.map { [.relayFault($0)] })
        }
    }

    @Test("A verdict that comes along with 354 answers nothing")
    func verdictBeforeTheContent() throws {
        var session = Session(offering: ["PIPELINING"])
        session.handle(.transactionRequested(try transaction(to: "<b@example.net>")))
        let actions = session.say("250 ok\r\n250 ok\r\n354 go\r\n250 queued")
        #expect(!actions.contains(.sendContent(of: 0)))
        #expect(actions.fault?.kind == .protocolViolation)
        #expect(actions.outcomes == actions.fault.map { [.relayFault($0)] })
    }

    @Test("A verdict stands although the server closes in the same breath")
    func verdictAndClosing() throws {
        var session = Session(offering: ["PIPELINING"])
        try sendContent(&session)
        session.handle(.contentSent)
        let actions = session.say("250 2.0.0 ok\r\n421 bye")
        guard case .settled(let outcomes)? = actions.outcomes.first else {
            Issue.record("not settled")
            return
        }
        #expect(outcomes.map(\.verdict) == [.delivered])
        #expect(actions.fault?.kind == .serviceClosing)
    }

    @Test("A server that talks before it is asked is not listened to")
    func talkingBeforeBeingAsked() {
        var session = Session(SessionSettings(hello: "client.example", security: .none))
        session.handle(.connected)
        let actions = session.say("220 hi\r\n250 STARTTLS")
        #expect(actions.fault?.kind == .protocolViolation)
        #expect(actions.written.isEmpty)
    }

    @Test("421 to an idle session is the relay closing, anything else a violation")
    func idleSession() {
        for (line, kind) in [
            ("421 bye", RelayFault.Kind.serviceClosing), ("250 ok", .protocolViolation),
            ("x", .protocolViolation),
        ] {
            var session = Session(offering: ["PIPELINING"])
            #expect(session.say(line).fault?.kind == kind)
        }
        var session = Session(offering: [])
        #expect(session.handle(.connectionClosed(nil)).fault?.kind == .connectionLost)
    }

    @Test("A closed session refuses transactions with the reason it was closed for, and does nothing else")
    func closedSession() throws {
        var session = Session(offering: [])
        let fault = try #require(session.say("421 bye").fault)
        #expect(
            session.handle(.transactionRequested(try transaction(to: "<b@example.net>"))) == [
                .finishTransaction(.relayFault(fault))
            ]
        )
        for event in [
            SessionEvent.connected, .tlsEstablished, .saslFinished, .saslResponse(nil), .saslFailed("x"),
            .contentSent, .quitRequested,
            .phaseTimedOut, .connectionClosed(nil), .bytesReceived(ByteBuffer(string: "250 ok\r\n")),
        ] {
            let actions = session.handle(event)
            #expect(actions.isEmpty, "\(event)")
        }
    }

    @Test("A transaction asked for too early, or beside a command, ends like every other")
    func misplacedTransactions() throws {
        var early = Session(SessionSettings(hello: "client.example", security: .none))
        early.handle(.connected)
        let actions = early.handle(.transactionRequested(try transaction(to: "<b@example.net>")))
        #expect(actions.outcomes.count == 1)
        #expect(actions.fault?.kind == .local)

        var busy = Session(offering: [])
        busy.handle(.commandRequested(.noop))
        let second = busy.handle(.transactionRequested(try transaction(to: "<c@example.net>")))
        #expect(second.fault?.kind == .local)
        #expect(second.outcomes.count == 1)
        #expect(second.commandResults.count == 1)
    }

    @Test("A session given up in the middle ends its transaction")
    func givenUp() throws {
        var session = Session(offering: ["PIPELINING"])
        try sendContent(&session)
        session.handle(.contentSent)
        let actions = session.handle(.quitRequested)
        guard case .unconfirmed(let outcomes, let fault)? = actions.outcomes.first else {
            Issue.record("not unconfirmed")
            return
        }
        #expect(outcomes.map(\.isUnconfirmed) == [true])
        #expect(fault.kind == .local)
    }

    @Test("A message for nobody is settled without a word")
    func messageForNobody() throws {
        var session = Session(offering: ["PIPELINING"])
        #expect(
            session.handle(.transactionRequested(try transaction())) == [.finishTransaction(.settled([]))]
        )
    }

    @Test(
        "T7: a name of this host with a line break never reaches the wire",
        arguments: ["a\r\nMAIL FROM:<>", "a b", "", "a\0"]
    )
    func T7_hostileName(name: String) {
        var session = Session(SessionSettings(hello: name, security: .none))
        session.handle(.connected)
        let actions = session.say("220 hi")
        #expect(actions.written.isEmpty)
        #expect(actions.fault?.kind == .local)
    }

    @Test("T10: clear text between the answer to STARTTLS and the handshake ends the session")
    func T10_clearTextBeforeTheHandshake() {
        for bytes in ["250 fake\r\n", "\0", "\r\n"] {
            var session = Session(SessionSettings(hello: "client.example", security: .startTLS))
            session.handle(.connected)
            session.say("220 hi")
            session.say("250-x\r\n250 STARTTLS")
            #expect(session.say("220 go").contains(.startTLS))
            let actions = session.handle(.bytesReceived(ByteBuffer(string: bytes)))
            #expect(actions.fault?.kind == .protocolViolation)
            #expect(session.handle(.tlsEstablished).isEmpty)
        }
    }

    @Test("T10: what came with the answer to STARTTLS leads to no handshake")
    func T10_noHandshake() {
        var session = Session(SessionSettings(hello: "client.example", security: .startTLS))
        session.handle(.connected)
        session.say("220 hi")
        session.say("250-x\r\n250 STARTTLS")
        let actions = session.say("220 go\r\n250-fake\r\n250 AUTH PLAIN")
        #expect(!actions.contains(.startTLS))
        #expect(actions.fault?.phase == .tlsHandshake)
    }

    @Test("T12: a handshake that fails ends the session with its reason, and nothing is sent")
    func T12_failedHandshake() {
        var session = Session(SessionSettings(hello: "client.example", security: .startTLS))
        session.handle(.connected)
        session.say("220 hi")
        session.say("250-x\r\n250 STARTTLS")
        session.say("220 go")
        let fault = RelayFault(kind: .tlsVerification, phase: .tlsHandshake, code: nil, text: "another name")
        #expect(session.handle(.tlsFailed(fault)) == [.cancelTimer, .fail(fault), .close])
    }

    @Test("T29: the descriptions of events and actions show neither passwords nor messages")
    func T29_descriptionsHideSecrets() {
        let secret = ByteBuffer(string: "hunter2")
        let events: [SessionEvent] = [.bytesReceived(secret), .saslResponse(Array("hunter2".utf8))]
        let actions: [SessionAction] = [.write(secret), .continueSASL(challenge: Array("hunter2".utf8))]
        let shown =
            "\(events) \(actions)" + events.map { "\($0)" }.joined()
            + actions.map { String(reflecting: $0) }.joined()
        for form in ["hunter2", "68756e74", "68 75 6e", "104, 117"] { #expect(!shown.contains(form)) }
    }
}
