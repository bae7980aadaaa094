// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import NIOCore
import SMTPProtocol
import Testing

@Suite struct LoginTests {
    private func settings(
        _ mechanisms: String...,
        security: TransportSecurity = .implicitTLS
    ) -> SessionSettings {
        SessionSettings(hello: "client.example", security: security, loginMechanisms: mechanisms)
    }

    /// Leads a session to its login; returns what it does there.
    private func begin(_ session: inout Session, offering mechanisms: String) -> [SessionAction] {
        session.handle(.connected)
        session.say("220 relay.example")
        return session.say("250-relay.example\r\n250 AUTH \(mechanisms)")
    }

    @Test("The first mechanism of the settings that the server offers is taken")
    func firstCommonMechanism() {
        var session = Session(settings("scram-sha-256", "LOGIN", "PLAIN"))
        #expect(begin(&session, offering: "PLAIN LOGIN").contains(.beginSASL(mechanism: "LOGIN")))
    }

    @Test("T13: without TLS a mechanism that hides the password is taken, though it comes later")
    func T13_hiddenPasswordWithoutTLS() {
        var session = Session(
            settings("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "CRAM-MD5", security: .none)
        )
        #expect(
            begin(&session, offering: "PLAIN LOGIN XOAUTH2 OAUTHBEARER CRAM-MD5").contains(
                .beginSASL(mechanism: "CRAM-MD5")
            )
        )
    }

    @Test("An initial response goes with AUTH, an empty one as an equals sign, none as nothing")
    func initialResponses() {
        for (response, line) in [
            ([UInt8]("x".utf8), "AUTH EXTERNAL eA==\r\n"), ([], "AUTH EXTERNAL =\r\n"),
            (nil, "AUTH EXTERNAL\r\n"),
        ] {
            var session = Session(settings("EXTERNAL"))
            _ = begin(&session, offering: "EXTERNAL")
            #expect(session.handle(.saslResponse(response)).written == line)
        }
    }

    @Test("An initial response too long for the line follows after the server's challenge")
    func longInitialResponse() {
        var session = Session(settings("PLAIN"))
        _ = begin(&session, offering: "PLAIN")
        #expect(session.handle(.saslResponse(Array(repeating: 0, count: 600))).written == "AUTH PLAIN\r\n")
        session.handle(.saslFinished)
        #expect(session.say("334 ").written == String(repeating: "A", count: 800) + "\r\n")
        #expect(session.say("235 ok").fault == nil)
    }

    @Test("Challenges go to the mechanism and its responses to the server")
    func challengesAndResponses() {
        var session = Session(settings("CRAM-MD5"))
        _ = begin(&session, offering: "CRAM-MD5")
        session.handle(.saslResponse(nil))
        #expect(session.say("334 Zm9v ").contains(.continueSASL(challenge: Array("foo".utf8))))
        #expect(session.handle(.saslResponse([])).written == "\r\n")
        #expect(session.say("334").contains(.continueSASL(challenge: [])))
    }

    @Test("A success the mechanism has not agreed to is no login")
    func successBeforeTheMechanismIsContent() {
        var session = Session(settings("SCRAM-SHA-256"))
        _ = begin(&session, offering: "SCRAM-SHA-256")
        session.handle(.saslResponse(Array("n,,n=alice".utf8)))
        let actions = session.say("235 2.7.0 welcome")
        #expect(actions.fault?.kind == .authenticationRefused)
        #expect(actions.written == "QUIT\r\n")
    }

    @Test("A mechanism that fails while the server waits is cancelled with an asterisk")
    func failingMechanism() {
        var session = Session(settings("SCRAM-SHA-256"))
        _ = begin(&session, offering: "SCRAM-SHA-256")
        session.handle(.saslResponse(Array("n,,n=alice".utf8)))
        session.say("334 Zm9v")
        let actions = session.handle(.saslFailed("the server's signature is wrong"))
        #expect(actions.written == "*\r\n")
        #expect(actions.fault?.kind == .authenticationRefused)
        #expect(actions.last == .close)
    }

    @Test("A mechanism that fails before anything was sent just ends the session")
    func mechanismFailingAtOnce() {
        var session = Session(settings("PLAIN"))
        _ = begin(&session, offering: "PLAIN")
        let actions = session.handle(.saslFailed("no password"))
        #expect(actions.written == "QUIT\r\n")
        #expect(actions.fault?.text == "no password")
    }

    @Test(
        "T18: a challenge that is no base64, or several lines, cancels the login",
        arguments: [
            "334 Zm9", "334 Zm9v=", "334 Zm9\0", "334 Zm9v Zm9v", "334 ====", "334 Zm9v\u{80}",
            "334-Zm9v\r\n334 Zm9v",
        ]
    )
    func T18_badChallenges(line: String) {
        var session = Session(settings("LOGIN"))
        _ = begin(&session, offering: "LOGIN")
        session.handle(.saslResponse(nil))
        let actions = session.say(line)
        #expect(actions.written == "*\r\n")
        #expect(actions.fault?.kind == .protocolViolation)
    }

    @Test("T18: a challenge longer than a line, and challenges without end, are refused")
    func T18_longAndEndlessChallenges() {
        var session = Session(settings("LOGIN"))
        _ = begin(&session, offering: "LOGIN")
        session.handle(.saslResponse(nil))
        #expect(session.say("334 " + String(repeating: "A", count: 65_536)).fault?.kind == .protocolViolation)

        var endless = Session(settings("LOGIN"))
        _ = begin(&endless, offering: "LOGIN")
        endless.handle(.saslResponse(nil))
        var rounds = 0
        var fault: RelayFault?
        while fault == nil, rounds < 100 {
            fault = endless.say("334 Zm9v").fault
            endless.handle(.saslResponse([1]))
            rounds += 1
        }
        #expect(fault?.kind == .protocolViolation)
        #expect(rounds == 33)
    }

    @Test("T18: random challenges never harm the session")
    func T18_randomChallenges() {
        var generator = SeededGenerator(seed: 18)
        for _ in 0..<500 {
            var session = Session(settings("LOGIN"))
            _ = begin(&session, offering: "LOGIN")
            session.handle(.saslResponse(nil))
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let line = ByteBuffer(bytes: Array("334 ".utf8) + bytes.filter { $0 != 0x0A } + [0x0D, 0x0A])
            let actions = session.handle(.bytesReceived(line))
            let isChallenge = actions.contains { if case .continueSASL = $0 { true } else { false } }
            #expect(isChallenge != (actions.fault != nil))
        }
    }

    @Test("A server that speaks while the mechanism thinks is not listened to")
    func serverSpeaksOutOfTurn() {
        var session = Session(settings("PLAIN"))
        _ = begin(&session, offering: "PLAIN")
        #expect(session.say("235 welcome").fault?.kind == .protocolViolation)
    }

    @Test("The facts of a ready session name the mechanism")
    func factsNameTheMechanism() {
        var session = Session(settings("PLAIN"))
        _ = begin(&session, offering: "PLAIN")
        session.handle(.saslResponse([0]))
        session.handle(.saslFinished)
        let facts = session.say("235 ok").compactMap { action in
            if case .ready(let facts) = action { facts } else { nil }
        }
        #expect(facts.map(\.mechanism) == ["PLAIN"])
        #expect(facts.map(\.isSecured) == [true])
    }

    @Test("A mechanism that is impossible for the user gives way to the next one", arguments: [504, 534])
    func impossibleMechanism(code: Int) {
        var session = Session(settings("SCRAM-SHA-256", "XOAUTH2", "PLAIN"))
        _ = begin(&session, offering: "PLAIN SCRAM-SHA-256")
        session.handle(.saslResponse(Array("n,,n=alice".utf8)))
        let actions = session.say("\(code) 5.7.9 not for you")
        #expect(actions.contains(.beginSASL(mechanism: "PLAIN")))
        #expect(actions.fault == nil)
        session.handle(.saslResponse([0]))
        session.handle(.saslFinished)
        #expect(session.say("\(code) 5.7.9 not this one either").fault?.code == code)
    }

    @Test("T13: after a refusal no weaker mechanism is tried", arguments: [535, 454, 432, 538, 500])
    func T13_noWeakerMechanism(code: Int) {
        var session = Session(settings("SCRAM-SHA-256", "PLAIN"))
        _ = begin(&session, offering: "PLAIN SCRAM-SHA-256")
        session.handle(.saslResponse(Array("n,,n=alice".utf8)))
        let actions = session.say("\(code) no")
        #expect(actions.fault?.kind == .authenticationRefused)
        #expect(actions.written == "QUIT\r\n")
    }

    @Test("What the server told the mechanism stands beside its reply")
    func explainedRefusal() {
        var session = Session(settings("XOAUTH2"))
        _ = begin(&session, offering: "XOAUTH2")
        session.handle(.saslResponse([1]))
        session.handle(.saslFinished)
        session.say("334 e30=")
        #expect(session.handle(.saslResponse([])).written == "\r\n")
        session.handle(.saslRefused("status 401"))
        #expect(session.say("535 5.7.8 no").fault?.text == "no (status 401)")
    }

    @Test("A server that tells the mechanism of a refusal cannot make a success of it")
    func successAfterRefusal() {
        var session = Session(settings("OAUTHBEARER"))
        _ = begin(&session, offering: "OAUTHBEARER")
        session.handle(.saslResponse([1]))
        session.handle(.saslFinished)
        session.say("334 e30=")
        session.handle(.saslResponse([1]))
        session.handle(.saslRefused("status 401"))
        #expect(session.say("235 welcome").fault?.kind == .authenticationRefused)
    }

    @Test(
        "The usable mechanisms are those that both sides have, in the order of the login",
        arguments: [
            (["PLAIN", "LOGIN"], ["LOGIN", "PLAIN"], true, ["PLAIN", "LOGIN"]),
            (["scram-sha-1", "PLAIN"], ["PLAIN", "SCRAM-SHA-1"], true, ["SCRAM-SHA-1", "PLAIN"]),
            (["SCRAM-SHA-1", "PLAIN"], ["PLAIN", "SCRAM-SHA-1"], false, ["SCRAM-SHA-1"]),
            (["OAUTHBEARER", "XOAUTH2", "LOGIN"], ["XOAUTH2", "OAUTHBEARER", "LOGIN"], false, []),
            (["GSSAPI", "EXTERNAL", "NTLM"], ["NTLM", "EXTERNAL"], false, ["EXTERNAL", "NTLM"]),
            (["PLAIN"], [], true, []),
            (["APOP"], ["PLAIN"], true, []),
        ] as [([String], [String], Bool, [String])]
    )
    func usableMechanisms(candidates: [String], offered: [String], isClear: Bool, usable: [String]) {
        let rules = SASLMechanismRules(candidates: candidates, offered: offered, isClearTextAllowed: isClear)
        #expect(rules.usable == usable)
    }
}
