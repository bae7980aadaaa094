// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPClient
import SMTPProtocol
import Testing

@testable import SMTPComponent

/// TLS, which the settings ask for under the names that the daemon's configuration has.
@Suite(.timeLimit(.minutes(1))) struct TLSSettingsTests {
    private static let pin = "sha256//YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg="

    private func connection(_ settings: String..., port: Int = 25) throws -> ConnectionSettings {
        let smtp = SMTP()
        smtp.mailPort = port
        for setting in settings { try smtp.config(setting) }
        return try smtp.members.connection(environment: [:])
    }

    @Test("Port 465 means TLS from the first byte, any other clear text")
    func P19_mailPort_tls() throws {
        #expect(try connection().security == .none)
        #expect(try connection(port: 465).security == .implicitTLS)
    }

    @Test("TLS says when it begins, on every port", arguments: [25, 465, 587])
    func C37_tls(port: Int) throws {
        #expect(try connection("TLS=none", port: port).security == .none)
        #expect(try connection("TLS=STARTTLS", port: port).security == .startTLS)
        #expect(try connection("TLS = implicit", port: port).security == .implicitTLS)
        #expect(
            try connection("TLS=implicit", "TLS=", port: port).security == connection(port: port).security
        )
        #expect(try SMTP().config("TLS=StartTLS") == "starttls")
    }

    @Test("Files, names, versions and keys reach the client")
    func
        C38_tlsCAFile_C39_tlsServerName_C40_tlsClientCertificate_C41_tlsClientKey_C42_tlsMinimumVersion_C43_tlsPinnedKeys()
        throws
    {
        #expect(try connection().tls == TLSSettings())
        let stated = try connection(
            "TLSCAFile=/ca.pem",
            "TLSServerName=mail.example",
            "TLSClientCertificate=/app.pem",
            "TLSClientKey=/app.key",
            "TLSMinimumVersion=1.3",
            "TLSPinnedKeys=\(Self.pin), \(Self.pin)"
        ).tls
        #expect(stated.trustedCertificatesFile == "/ca.pem")
        #expect(stated.serverName == "mail.example")
        #expect(stated.certificateFile == "/app.pem")
        #expect(stated.privateKeyFile == "/app.key")
        #expect(stated.minimumVersion == .tls13)
        #expect(stated.pinnedKeys.map(\.description) == [Self.pin, Self.pin])
        #expect(stated.proof == .certificate)
    }

    @Test("A pinned key can stand in place of the certificate")
    func C44_tlsProof() throws {
        #expect(try connection("TLSProof=key", "TLSPinnedKeys=\(Self.pin)").tls.proof == .key)
        #expect(try connection("TLSProof=Certificate").tls.proof == .certificate)
    }

    @Test(
        "T12: a server that is not who it should be is the error 280, files that are missing 272, no STARTTLS 276",
        arguments: zip(
            [[], ["TLSCAFile=/nonexistent"], ["TLS=starttls"]],
            [280, 272, 276]
        )
    )
    func T12_refusals(settings: [String], code: Int) async throws {
        let certificates = try TestCertificates.shared.get()
        let isImplicit = !settings.contains("TLS=starttls")
        let relay = try await ScriptedRelay.start(
            try DialogueParser.parse(
                isImplicit ? "! tls" : "S: 220 x\nC: EHLO client.example\nS: 250 x\nC: QUIT\nS: 221 x",
                name: "tls"
            ),
            tls: RelayTLS(certificates.good),
            group: ComponentBench.group
        )
        let smtp = ComponentBench.smtp(port: relay.port)
        smtp.mailServer = "localhost"
        for setting in ["Hello=client.example", "TLS=implicit"] + settings { try smtp.config(setting) }
        let error = await ComponentBench.error { try await smtp.send() }
        #expect(error?.code == code, "\(String(describing: error))")
    }
}
