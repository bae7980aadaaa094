// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import MailMessage
import MailTestKit
import NIOPosix
import NIOSSL
import SMTPProtocol
import Testing

@testable import SMTPClient

/// T12: a relay is only talked to when it is who it should be.
@Suite(.timeLimit(.minutes(2))) struct TLSTests {
    private static let afterHandshake = """
        S: 220 relay.example
        C: EHLO client.example
        S: 250 relay.example
        C: QUIT
        S: 221 bye
        """
    private static let beforeHandshake = """
        S: 220 relay.example
        C: EHLO client.example
        S: 250-relay.example
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        ! tls
        C: EHLO client.example
        S: 250 relay.example
        C: QUIT
        S: 221 bye
        """

    private let certificates: TestCertificates

    init() throws {
        certificates = try TestCertificates.shared.get()
    }

    private func relay(
        _ tls: RelayTLS,
        _ security: TransportSecurity = .implicitTLS
    ) async throws -> ScriptedRelay {
        let script = security == .startTLS ? Self.beforeHandshake : "! tls\n" + Self.afterHandshake
        return try await ScriptedRelay.start(
            try DialogueParser.parse(script, name: "tls"),
            tls: tls,
            group: ClientBench.group
        )
    }

    /// Connects to a relay that must be refused, and sees that it heard nothing but the handshake.
    private func refusal(
        _ tls: RelayTLS,
        host: String = "localhost",
        security: TransportSecurity = .implicitTLS,
        change: (inout ConnectionSettings) -> Void = { _ in }
    ) async throws -> RelayFault {
        let relay = try await relay(tls, security)
        var settings = try ClientBench.secureSettings(port: relay.port, host: host, security: security)
        settings.login = Login(user: "alice", password: Secret("secret"))
        change(&settings)
        let fault = try await ClientBench.fault(settings)
        #expect(try await relay.judgement()?.hasPrefix("the client left before step") == true)
        #expect(fault.text.contains("\(settings.relay)"))
        return fault
    }

    @Test(
        "A relay with a good certificate is talked to",
        arguments: [TransportSecurity.implicitTLS, .startTLS]
    )
    func goodCertificate(security: TransportSecurity) async throws {
        let relay = try await relay(RelayTLS(certificates.good), security)
        let connection = try await ClientBench.connect(
            ClientBench.secureSettings(port: relay.port, security: security)
        )
        #expect(connection.tlsVersion == "TLSv1.3")
        #expect(connection.facts.isSecured)
        #expect(connection.peer == "127.0.0.1:\(relay.port)")
        await connection.close()
        #expect(try await relay.judgement() == nil)
    }

    @Test(
        "The certificates of a relay are seen, whatever they are, and it hears nothing but the handshake",
        arguments: [TransportSecurity.implicitTLS, .startTLS]
    )
    func certificatesAreSeen(security: TransportSecurity) async throws {
        let now = Timestamp(secondsSinceEpoch: Int64(Date().timeIntervalSince1970))
        for (identity, issuer) in [
            (certificates.good, "Test Authority"), (certificates.expired, "Test Authority"),
            (certificates.selfSigned, "self-signed"), (certificates.untrusted, "Other Authority"),
        ] {
            let relay = try await relay(RelayTLS(identity), security)
            let settings = try ClientBench.secureSettings(port: relay.port, security: security)
            let seen = try await RelayConnector(settings: settings, loop: ClientBench.group.next())
                .certificates()
            #expect(seen.map(\.issuer) == [issuer])
            #expect(seen.first?.names == ["localhost", "127.0.0.1", "::1"])
            #expect(seen.first.map { $0.notAfter < now } == (identity == certificates.expired))
            #expect(try await relay.judgement()?.hasPrefix("the client left before step") == true)
        }
    }

    @Test("TLS 1.2 is spoken with a relay that has nothing newer")
    func olderVersion() async throws {
        let relay = try await relay(RelayTLS(certificates.good, newestVersion: .tlsv12))
        let connection = try await ClientBench.connect(ClientBench.secureSettings(port: relay.port))
        #expect(connection.tlsVersion == "TLSv1.2")
        await connection.close()
    }

    @Test("A relay that is older than the oldest version allowed is refused")
    func tooOldVersion() async throws {
        let fault = try await refusal(RelayTLS(certificates.good, newestVersion: .tlsv12)) {
            $0.tls.minimumVersion = .tls13
        }
        #expect(fault.text.contains("TLS version that is allowed"))
    }

    @Test(
        "A certificate for another name is refused, and both names are said",
        arguments: [TransportSecurity.implicitTLS, .startTLS]
    )
    func T12_certificateForAnotherName(security: TransportSecurity) async throws {
        let fault = try await refusal(RelayTLS(certificates.otherName), security: security)
        #expect(fault.kind == .tlsVerification)
        #expect(fault.text.hasSuffix("the certificate is for other.example, not localhost"))
    }

    @Test("The name in the settings counts, not the host")
    func serverName() async throws {
        let relay = try await relay(RelayTLS(certificates.otherName))
        var settings = try ClientBench.secureSettings(port: relay.port, host: "127.0.0.1")
        settings.tls.serverName = "other.example"
        let connection = try await ClientBench.connect(settings)
        await connection.close()
        let fault = try await refusal(RelayTLS(certificates.good)) { $0.tls.serverName = "other.example" }
        #expect(fault.text.hasSuffix("the certificate is for localhost, 127.0.0.1, ::1, not other.example"))
    }

    @Test(
        "An expired certificate is refused, with the date",
        arguments: [TransportSecurity.implicitTLS, .startTLS]
    )
    func T12_expiredCertificate(security: TransportSecurity) async throws {
        let fault = try await refusal(RelayTLS(certificates.expired), security: security)
        #expect(fault.kind == .tlsVerification)
        #expect(fault.text.contains("the certificate has expired (on 20"))
    }

    @Test("A self-signed certificate is refused", arguments: [TransportSecurity.implicitTLS, .startTLS])
    func T12_selfSignedCertificate(security: TransportSecurity) async throws {
        let fault = try await refusal(RelayTLS(certificates.selfSigned), security: security)
        #expect(fault.kind == .tlsVerification)
        #expect(fault.text.hasSuffix("the certificate is self-signed and not among the trusted ones"))
    }

    @Test("A self-signed certificate that is itself trusted will do")
    func trustedSelfSignedCertificate() async throws {
        let relay = try await relay(RelayTLS(certificates.selfSigned))
        var settings = try ClientBench.secureSettings(port: relay.port)
        settings.tls.trustedCertificatesFile = certificates.selfSigned.certificate
        let connection = try await ClientBench.connect(settings)
        await connection.close()
        #expect(try await relay.judgement() == nil)
    }

    @Test("A certificate of an authority that is not trusted is refused, and the authority is said")
    func T12_untrustedAuthority() async throws {
        let fault = try await refusal(RelayTLS(certificates.untrusted))
        #expect(fault.kind == .tlsVerification)
        #expect(
            fault.text.hasSuffix(
                "the certificate was issued by \"Other Authority\", which is not trusted here"
            )
        )
    }

    @Test("Without a file of authorities those of the system count, which do not know the one of the tests")
    func T12_systemStore() async throws {
        let fault = try await refusal(RelayTLS(certificates.good)) { $0.tls.trustedCertificatesFile = nil }
        #expect(fault.kind == .tlsVerification)
    }

    @Test("A relay that is named by its address must have it in its certificate")
    func T12_addressLiteral() async throws {
        let relay = try await relay(RelayTLS(certificates.good))
        let connection = try await ClientBench.connect(
            ClientBench.secureSettings(port: relay.port, host: "127.0.0.1")
        )
        await connection.close()
        #expect(try await relay.judgement() == nil)
        let fault = try await refusal(RelayTLS(certificates.nameOnly), host: "127.0.0.1")
        #expect(fault.text.hasSuffix("the certificate is for localhost, not 127.0.0.1"))
    }

    @Test(
        "A file of authorities that is empty or missing is this host's fault, and nobody is trusted in its place",
        arguments: ["", "no certificate\n", nil]
    )
    func T12_emptyAuthorities(content: String?) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("authorities.pem")
        if let content { try directory.write(content, to: "authorities.pem") }
        var settings = try ClientBench.secureSettings(port: 1)
        settings.tls.trustedCertificatesFile = path
        let fault = try await ClientBench.fault(settings)
        #expect(fault.kind == .local)
        #expect(fault.text.contains(path))
        #expect(
            fault.text.hasSuffix(
                content == nil ? "No such file or directory" : "it holds no certificate in PEM format"
            )
        )
    }

    private func pin(_ identity: TestCertificates.Identity) throws -> PinnedKey {
        let certificate = try #require(try NIOSSLCertificate.fromPEMFile(identity.certificate).first)
        return try #require(PinnedKey(certificate))
    }

    @Test(
        "A pinned key counts besides the certificate",
        arguments: [TransportSecurity.implicitTLS, .startTLS]
    )
    func pinnedKey(security: TransportSecurity) async throws {
        let relay = try await relay(RelayTLS(certificates.good), security)
        var settings = try ClientBench.secureSettings(port: relay.port, security: security)
        settings.tls.pinnedKeys = [try pin(certificates.untrusted), try pin(certificates.good)]
        let connection = try await ClientBench.connect(settings)
        await connection.close()
        #expect(try await relay.judgement() == nil)

        let other = try pin(certificates.good)
        let fault = try await refusal(RelayTLS(certificates.good), security: security) {
            $0.tls.pinnedKeys = [PinnedKey(parsing: "sha256//" + String(repeating: "A", count: 43) + "=")]
                .compactMap(\.self)
        }
        #expect(fault.kind == .tlsVerification)
        #expect(fault.text.hasSuffix("the key of the relay is not pinned: it has \(other)"))
        let misnamed = try await refusal(RelayTLS(certificates.otherName), security: security) {
            $0.tls.pinnedKeys = (try? [pin(certificates.otherName)]) ?? []
        }
        #expect(misnamed.text.hasSuffix("the certificate is for other.example, not localhost"))
    }

    @Test(
        "Where the key is the proof nothing else counts, and without a pin nobody is trusted",
        arguments: [TransportSecurity.implicitTLS, .startTLS]
    )
    func T12_keyAsProof(security: TransportSecurity) async throws {
        for identity in [certificates.selfSigned, certificates.expired, certificates.otherName] {
            let relay = try await relay(RelayTLS(identity), security)
            var settings = try ClientBench.secureSettings(port: relay.port, security: security)
            settings.tls.proof = .key
            settings.tls.pinnedKeys = [try pin(identity)]
            let connection = try await ClientBench.connect(settings)
            await connection.close()
            #expect(try await relay.judgement() == nil)
        }
        for pins in [[], [try pin(certificates.good)]] {
            let fault = try await refusal(RelayTLS(certificates.selfSigned), security: security) {
                $0.tls.proof = .key
                $0.tls.pinnedKeys = pins
            }
            #expect(fault.kind == .tlsVerification)
            #expect(fault.text.contains("the key of the relay is not pinned"))
        }
    }

    @Test(
        "A pin is a SHA-256 hash in base64 and nothing else",
        arguments: [
            "", "sha256//", "sha256//AAAA", "sha1//" + String(repeating: "A", count: 43) + "=", "sha256//%",
        ]
    )
    func notAPin(text: String) {
        #expect(PinnedKey(parsing: text) == nil)
    }

    @Test("Renewed authorities count for the next connection of the same connector")
    func renewedAuthorities() async throws {
        let directory = try TemporaryDirectory()
        func copy(_ path: String) throws {
            try directory.write(String(contentsOfFile: path, encoding: .utf8), to: "ca.pem")
        }
        try copy(certificates.otherAuthority.certificate)
        let relay = try await relay(RelayTLS(certificates.good))
        var settings = try ClientBench.secureSettings(port: relay.port)
        settings.tls.trustedCertificatesFile = directory.file("ca.pem")
        let connector = RelayConnector(settings: settings, loop: ClientBench.group.next())
        await #expect(throws: RelayFault.self) { try await connector.connect() }
        try copy(certificates.authority.certificate)
        // The relay plays its script for each client; only the first one is judged.
        let connection = try await connector.connect()
        await connection.close()
    }

    @Test("A client certificate is shown to a relay that demands one")
    func clientCertificate() async throws {
        let relay = try await relay(RelayTLS(certificates.good, clientAuthority: certificates.authority))
        var settings = try ClientBench.secureSettings(port: relay.port)
        settings.tls.certificateFile = certificates.client.certificate
        settings.tls.privateKeyFile = certificates.client.key
        let connection = try await ClientBench.connect(settings)
        await connection.close()
        #expect(try await relay.judgement() == nil)
    }

    @Test(
        "Without a client certificate the text says that the relay demands one",
        arguments: [TransportSecurity.implicitTLS, .startTLS]
    )
    func missingClientCertificate(security: TransportSecurity) async throws {
        let relay = try await relay(
            RelayTLS(certificates.good, clientAuthority: certificates.authority),
            security
        )
        let settings = try ClientBench.secureSettings(port: relay.port, security: security)
        let fault = try await ClientBench.fault(settings)
        #expect(fault.kind == .tlsVerification)
        #expect(fault.text.hasSuffix("the relay demands a client certificate"))
    }

    @Test("A client key that belongs to another certificate is this host's fault")
    func mismatchedClientKey() async throws {
        var settings = try ClientBench.secureSettings(port: 1)
        settings.tls.certificateFile = certificates.client.certificate
        settings.tls.privateKeyFile = certificates.good.key
        let fault = try await ClientBench.fault(settings)
        #expect(fault.kind == .local)
        #expect(fault.text.contains("client key does not belong to the client certificate"))
    }

    @Test("A relay that speaks clear text where TLS should be is told from one with a bad certificate")
    func clearTextWhereTLSShouldBe() async throws {
        let dialogue = try DialogueParser.parse("S: 220 relay.example ESMTP\n", name: "clear")
        let relay = try await ScriptedRelay.start(dialogue, group: ClientBench.group)
        let fault = try await ClientBench.fault(ClientBench.secureSettings(port: relay.port))
        #expect(fault.kind == .tlsVerification)
        #expect(fault.text.contains("does not speak TLS here"))
        _ = try await relay.judgement()
    }

    @Test(
        "A relay that is silent in the handshake is given up",
        arguments: [TransportSecurity.implicitTLS, .startTLS]
    )
    func silentHandshake(security: TransportSecurity) async throws {
        let script =
            "S: 220 relay.example\nC: EHLO client.example\nS: 250-relay.example\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n! wait 61s"
        let steps = security == .startTLS ? script : "! wait 61s\n"
        let relay = try await ScriptedRelay.start(
            try DialogueParser.parse(steps, name: "silent"),
            group: ClientBench.group
        )
        var settings = try ClientBench.secureSettings(port: relay.port, security: security)
        settings.timeouts[.tlsHandshake] = .milliseconds(100)
        let fault = try await ClientBench.fault(settings)
        #expect(fault.kind == .timeout)
        #expect(fault.phase == .tlsHandshake)
    }

    @Test(
        "A server name that no certificate could have is this host's fault",
        arguments: ["192.0.2.1", "", "a b", "möbel.example"]
    )
    func impossibleServerName(name: String) async throws {
        var settings = try ClientBench.secureSettings(port: 1)
        settings.tls.serverName = name
        #expect(try await ClientBench.fault(settings).kind == .local)
    }
}
