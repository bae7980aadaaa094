// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPClient
import SMTPProtocol
import Testing

/// T10: clear text that somebody put behind the go-ahead for STARTTLS never gets into the session.
@Suite(.timeLimit(.minutes(1))) struct StartTLSInjectionTests {
    private static let opening = """
        S: 220 relay.example
        C: EHLO client.example
        S: 250-relay.example
        S: 250 STARTTLS
        C: STARTTLS

        """
    private static let injected = "250-fake.example\\r\\n250 AUTH PLAIN\\r\\n"

    private func play(
        _ script: String
    ) async throws -> (fault: RelayFault, sent: [String], judgement: String?) {
        let certificates = try TestCertificates.shared.get()
        let relay = try await ScriptedRelay.start(
            try DialogueParser.parse(Self.opening + script, name: "injection"),
            tls: RelayTLS(certificates.good),
            group: ClientBench.group
        )
        var settings = try ClientBench.secureSettings(port: relay.port, security: .startTLS)
        settings.login = Login(user: "alice", password: Secret("secret"))
        settings.timeouts[.tlsHandshake] = .seconds(10)
        let lines = Collector<String>()
        var found: RelayFault?
        do throws(RelayFault) {
            let connection = try await ClientBench.connect(settings) { if $0 == .sent { lines.add($1) } }
            await connection.close()
        } catch {
            found = error
        }
        let fault = try #require(found)
        return (fault, lines.values, try await relay.judgement())
    }

    @Test("Replies in one segment with the go-ahead end the session before the handshake")
    func T10_repliesInOneSegment() async throws {
        let end = try await play("S= 220 go\\r\\n\(Self.injected)")
        #expect(end.fault.kind == .protocolViolation)
        #expect(end.sent == ["EHLO client.example", "STARTTLS"])
    }

    @Test("Replies in a segment of their own, before the handshake, spoil the handshake")
    func T10_repliesInTheNextSegment() async throws {
        // The client begins its handshake as soon as it has the go-ahead: what it sends is the cue for the second segment.
        let relay = try SocketPeer()
        let script = relay.play { relay in
            try relay.accept()
            try relay.send("220 relay.example\r\n")
            try relay.expectLine("EHLO client.example")
            try relay.send("250-relay.example\r\n250 STARTTLS\r\n")
            try relay.expectLine("STARTTLS")
            try relay.send("220 go\r\n")
            let hello = try relay.receive(atMost: 1)
            try relay.send("250-fake.example\r\n250 AUTH PLAIN\r\n")
            return hello + (try relay.receiveAll())
        }
        var settings = try ClientBench.secureSettings(port: relay.port, security: .startTLS)
        settings.login = Login(user: "alice", password: Secret("secret"))
        let fault = try await ClientBench.fault(settings)
        #expect(fault.kind == .tlsVerification)
        #expect(fault.text.contains("does not speak TLS here"))
        let wire = try await script.value
        // A TLS record with the handshake, and then at most an alert: never a command.
        #expect(wire.first == 22)
        #expect(!String(decoding: wire, as: UTF8.self).contains("AUTH"))
        #expect(!String(decoding: wire, as: UTF8.self).contains("EHLO"))
    }

    @Test("Half a line behind the go-ahead does not complete a reply under TLS")
    func T10_halfALine() async throws {
        let end = try await play("S= 220 go\\r\\n250 half")
        #expect(end.fault.kind == .protocolViolation)
    }

    @Test("Capabilities that were only announced in clear text do not count under TLS")
    func T10_capabilitiesAreReadAnew() async throws {
        let script = """
            S: 220 relay.example
            C: EHLO client.example
            S: 250-relay.example
            S: 250-AUTH PLAIN
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 go
            ! tls
            C: EHLO client.example
            S: 250 relay.example
            C: QUIT
            """
        let certificates = try TestCertificates.shared.get()
        let relay = try await ScriptedRelay.start(
            try DialogueParser.parse(script, name: "anew"),
            tls: RelayTLS(certificates.good),
            group: ClientBench.group
        )
        var settings = try ClientBench.secureSettings(port: relay.port, security: .startTLS)
        settings.login = Login(user: "alice", password: Secret("secret"))
        #expect(try await ClientBench.fault(settings).kind == .authenticationNotOffered)
        #expect(try await relay.judgement() == nil)
    }
}
