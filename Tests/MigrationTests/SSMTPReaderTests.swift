// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import DaemonConfiguration
import Delivery
import SMTPClient
import SMTPProtocol
import Testing

@testable import Migration

struct SSMTPReaderTests {
    private func translated(_ text: String, aliases: String? = nil) throws -> Translated {
        var files = ["/etc/ssmtp/ssmtp.conf": text]
        files["/etc/ssmtp/revaliases"] = aliases
        return try Translated(SSMTPReader.translation(of: "/etc/ssmtp/ssmtp.conf", files: .invented(files)))
    }

    @Test("The hub becomes a relay, with TLS and login")
    func hub() throws {
        let found = try translated(
            """
            # comment
            Mailhub = smtp.example.com:587
            UseSTARTTLS=YES
            AuthUser=app@example.com
            AuthPass=a:b=c#d
            AuthMethod=cram-md5
            hostname=app.example.com
            TLS_CA_File=/etc/ca.pem
            root=admin@example.com
            rewriteDomain=example.com
            """
        )
        #expect(found.relay.relay == RelayAddress(host: "smtp.example.com", port: 587))
        #expect(found.relay.security == .startTLS)
        #expect(found.relay.login?.user == "app@example.com")
        #expect(found.relay.login?.mechanism == .named([.cramMD5]))
        #expect(found.translation.relays[0].secret?.secret == Secret("a:b"))
        #expect(found.relay.hello == "app.example.com")
        #expect(found.relay.tls.trustedCertificatesFile == "/etc/ca.pem")
        #expect(found.text.contains("DefaultDomain = \"example.com\"\n"))
        #expect(found.text.contains("Aliases = { \"root\" = [\"admin@example.com\"] }\n"))
        #expect(found.remarks.isEmpty)
        #expect(try translated("mailhub=a.example\nroot=postmaster\n").remarks.count == 1)
    }

    @Test("TLS without an authority was not verified, and the port is 25 unless it is stated")
    func verification() throws {
        let found = try translated("mailhub=smtp.example.com\nUseTLS=yes\n")
        #expect(found.relay.relay.port == 25)
        #expect(found.relay.security == .implicitTLS)
        #expect(found.remarks.count == 1)
        #expect(found.remarks[0].contains("certificate is verified now"))
    }

    @Test("Hubs of their own in revaliases become routes")
    func aliases() throws {
        let found = try translated(
            "mailhub=smtp.example.com\n",
            aliases:
                "root:root@example.com\nbob:bob@example.net:smtp.example.net:2525\nann:ann@example.net:smtp.example.net:2525\n"
        )
        #expect(found.settings.delivery.relays.map(\.name) == ["smtp.example.com", "smtp.example.net"])
        #expect(
            found.settings.delivery.routes == [
                Route(name: "route 1", senders: [.address("bob@example.net")], ranks: [[1]]),
                Route(name: "route 2", senders: [.address("ann@example.net")], ranks: [[1]]),
                Route(name: "route 3", ranks: [[0]]),
            ]
        )
        #expect(
            found.text.contains(
                "{ \"root\" = \"root@example.com\", \"bob\" = \"bob@example.net\", \"ann\" = \"ann@example.net\" }"
            )
        )
        #expect(found.remarks.isEmpty)
    }
}
