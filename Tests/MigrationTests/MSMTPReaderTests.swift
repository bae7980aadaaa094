// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import DaemonConfiguration
import Delivery
import SMTPClient
import SMTPProtocol
import Testing

@testable import Migration

struct MSMTPReaderTests {
    private func translated(_ text: String) throws -> Translated {
        try Translated(MSMTPReader.translation(of: "/etc/msmtprc", files: .invented(["/etc/msmtprc": text])))
    }

    @Test("Accounts inherit, become relays, and their senders become routes")
    func accounts() throws {
        let found = try translated(
            """
            defaults
            tls on
            auth on
            logfile ~/.msmtp.log
            account work
            host smtp.example.com
            port 587
            from work@example.com
            user work
            password "hush now"
            account home : work
            host smtp.example.net
            tls_starttls off
            port 465
            from home@example.net
            passwordeval gpg -q -d ~/.home.gpg
            password
            account default : work
            """
        )
        let relays = found.settings.delivery.relays
        #expect(relays.map(\.name) == ["work", "home"])
        #expect(relays.map(\.connection.security) == [.startTLS, .implicitTLS])
        #expect(relays.map(\.connection.relay.host) == ["smtp.example.com", "smtp.example.net"])
        #expect(relays.map(\.connection.login?.user) == ["work", "work"])
        #expect(found.translation.relays[0].secret?.secret == Secret("hush now"))
        #expect(
            relays[1].connection.login?.passwordCommand
                == SecretCommand(["/usr/bin/gpg", "-q", "-d", "/home/app/.home.gpg"])
        )
        #expect(
            found.settings.delivery.routes == [
                Route(name: "route 1", senders: [.address("work@example.com")], ranks: [[0]]),
                Route(name: "route 2", senders: [.address("home@example.net")], ranks: [[1]]),
                Route(name: "route 3", ranks: [[0]]),
            ]
        )
        #expect(found.remarks.count == 1)
        #expect(found.remarks[0].hasPrefix("/etc/msmtprc:16: passwordeval: the daemon runs it"))
    }

    @Test("One account needs no route, and its settings are those of the relay")
    func settings() throws {
        let found = try translated(
            """
            account default
            host smtp.example.com
            tls on
            tls_trust_file /etc/ca.pem
            tls_host_override mail.example.com
            auth scram-sha-256
            user u
            password p
            timeout 20
            domain app.example.com
            source_ip 192.0.2.3
            proxy_host proxy.example.com
            proxy_port 9050
            """
        )
        #expect(found.settings.delivery.routes.count == 0 || found.settings.delivery.routes.count == 1)
        #expect(found.relay.relay.port == 25)
        #expect(found.relay.tls.trustedCertificatesFile == "/etc/ca.pem")
        #expect(found.relay.tls.serverName == "mail.example.com")
        #expect(found.relay.login?.mechanism == .named([.scramSHA256]))
        #expect(found.relay.connectTimeout == .seconds(20))
        #expect(found.relay.hello == "app.example.com")
        #expect(found.relay.localHost == "192.0.2.3")
        #expect(found.relay.proxy?.kind == .socks5)
        #expect(found.relay.proxy?.address == RelayAddress(host: "proxy.example.com", port: 9050))
        #expect(found.relay.proxy?.resolvesNames == true)
        #expect(found.remarks.isEmpty)
    }

    @Test("A token goes into a file or a command of its own")
    func token() throws {
        let head = "account default\nhost smtp.example.com\ntls on\nauth oauthbearer\nuser u\n"
        let stated = try translated(head + "password ya29\n")
        #expect(stated.text.contains("TokenFile = \"/etc/smtpqd/default.token\""))
        let evaluated = try translated(head + "passwordeval /opt/token u\n")
        let command = try #require(SecretCommand(["/opt/token", "u"]))
        #expect(evaluated.relay.login?.token == .command(command))
    }

    @Test(
        "What has no counterpart is told with its line",
        arguments: [
            ("eval echo host x", "eval: what it would give is not known"),
            ("tls_certcheck off", "the relay's certificate is verified now"),
            ("tls_fingerprint 01:02", "tls_fingerprint: the certificate is not pinned"),
            ("auth on\nuser u\npasswordeval cat x | head", "no shell runs it"),
            ("auth on\nuser u", "key ring"),
            ("tls_priorities NORMAL", "tls_priorities has no counterpart"),
        ]
    )
    func remarks(lines: String, expected: String) throws {
        let found = try translated("account default\nhost smtp.example.com\ntls on\n" + lines + "\n")
        #expect(found.remarks.contains { $0.contains(expected) }, "\(found.remarks)")
        #expect(found.remarks.allSatisfy { $0.hasPrefix("/etc/msmtprc:") })
    }

    @Test("Accounts without end are refused, and none is an error")
    func limits() {
        let many = (0..<1100).map { "account a\($0)\nhost h.example\n" }.joined()
        #expect(throws: MigrationError.self) { try translated(many) }
        #expect(throws: MigrationError.self) { try translated("account a\n") }
    }
}
