// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import DaemonConfiguration
import Delivery
import SMTPClient
import SMTPProtocol
import Testing

@testable import Migration

struct PostfixReaderTests {
    private func translated(_ text: String, _ more: [String: String] = [:]) throws -> Translated {
        var files = Dictionary(uniqueKeysWithValues: more.map { ("/etc/postfix/" + $0.key, $0.value) })
        files["/etc/postfix/main.cf"] = text
        return try Translated(PostfixReader.translation(of: "/etc/postfix/main.cf", files: .invented(files)))
    }

    @Test("A null client with a login becomes a relay")
    func nullClient() throws {
        let found = try translated(
            """
            # null client
            myhostname = app.example.com
            host = smtp.example.com
            relayhost =
                [${host}]:submission
            smtp_tls_security_level = secure
            smtp_tls_CAfile = /etc/ca.pem
            smtp_tls_mandatory_protocols = >=TLSv1.3
            smtp_sasl_auth_enable = yes
            smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd
            smtp_sasl_mechanism_filter = plain, login
            inet_protocols = ipv4
            message_size_limit = 20480000
            maximal_queue_lifetime = 2d
            delay_warning_time = 3
            minimal_backoff_time = 300s
            maximal_backoff_time = 1h
            """,
            ["sasl_passwd": "[smtp.example.com]:submission app@example.com:se:same\n"]
        )
        #expect(found.relay.relay == RelayAddress(host: "smtp.example.com", port: 587))
        #expect(found.relay.security == .startTLS)
        #expect(found.relay.tls.trustedCertificatesFile == "/etc/ca.pem")
        #expect(found.relay.tls.minimumVersion == .tls13)
        #expect(found.relay.login?.user == "app@example.com")
        #expect(found.relay.login?.mechanism == .named([.plain, .login]))
        #expect(found.relay.hello == "app.example.com")
        #expect(found.translation.relays[0].secret?.secret == Secret("se:same"))
        #expect(found.settings.delivery.maxMessageBytes == 20_480_000)
        #expect(found.settings.delivery.retry.maxAge == .seconds(2 * 86_400))
        #expect(found.settings.delivery.retry.intervals == [300, 600, 1200, 2400, 3600].map { .seconds($0) })
        #expect(found.settings.delivery.reports?.delayAfter == .seconds(3 * 3600))
        #expect(found.remarks == ["/etc/postfix/main.cf:3: host has no counterpart"])
    }

    @Test("Relays and logins that depend on the sender, and transports, become routes")
    func routes() throws {
        let found = try translated(
            """
            relayhost = [a.example]:587
            smtp_tls_security_level = encrypt
            smtp_sasl_auth_enable = yes
            smtp_sender_dependent_authentication = yes
            smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd
            sender_dependent_relayhost_maps = hash:/etc/postfix/relays
            transport_maps = hash:/etc/postfix/transport
            smtp_fallback_relay = [f.example]:25
            """,
            [
                "sasl_passwd":
                    "bob@x.example bob:1\n[a.example]:587 main:2\ncarl@x.example carl:3\n[f.example]:25 f:4\n",
                "relays": "bob@x.example [b.example]:465\n@y.example [b.example]:465\n",
                "transport": "z.example smtp:[z.example]:25\nold.example error:gone\n",
            ]
        )
        let relays = found.settings.delivery.relays
        #expect(
            relays.map(\.name) == [
                "a.example", "f.example", "z.example", "b.example", "b.example-2", "a.example-2",
            ]
        )
        #expect(relays.map(\.connection.login?.user) == ["main", "f", nil, "bob", nil, "carl"])
        #expect(
            found.settings.delivery.routes == [
                Route(name: "route 1", recipients: [.domain("z.example")], ranks: [[2]]),
                Route(name: "route 2", senders: [.address("bob@x.example")], ranks: [[3]]),
                Route(name: "route 3", senders: [.domain("y.example")], ranks: [[4]]),
                Route(name: "route 4", senders: [.address("carl@x.example")], ranks: [[5]]),
                Route(name: "route 5", ranks: [[0], [1]]),
            ]
        )
        #expect(
            found.remarks.contains {
                $0 == "/etc/postfix/transport:2: transport_maps: this entry has no counterpart"
            }
        )
    }

    @Test(
        "What is different or has no counterpart is told with its line",
        arguments: [
            ("smtp_tls_security_level = may", "TLS is needed now"),
            ("smtp_tls_security_level = dane", "dane has no counterpart"),
            ("smtpd_banner = x", "smtpqd receives nothing over the network"),
            ("mydestination = localhost", "delivers nothing on this host"),
            ("no_such_parameter = 1", "no_such_parameter has no counterpart"),
            ("nonsense", "is no NAME = VALUE"),
            (
                "smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = mysql:/etc/x",
                "mysql:/etc/x is no table that is made of a text"
            ),
        ]
    )
    func remarks(lines: String, expected: String) throws {
        let found = try translated("relayhost = [smtp.example.com]\n" + lines + "\n")
        #expect(
            found.remarks.contains { $0.contains(expected) && $0.hasPrefix("/etc/postfix/main.cf:") },
            "\(found.remarks)"
        )
    }

    @Test("A relayhost without brackets was looked up as a domain, which is told")
    func exchangers() throws {
        #expect(
            try translated("relayhost = example.com\n").remarks.contains { $0.contains("mail exchangers") }
        )
        #expect(throws: MigrationError.self) { try translated("myhostname = x\n") }
    }

    @Test("The addresses of the host are taken over")
    func addresses() throws {
        let found = try translated(
            """
            relayhost = [smtp.example.com]
            mydomain = example.com
            myorigin = $mydomain
            alias_maps = hash:/etc/mail/aliases
            sender_canonical_maps = hash:/etc/postfix/canonical
            """,
            ["canonical": "root app@example.com\n@old.example app@example.com\nx @new.example\n"]
        )
        #expect(found.text.contains("DefaultDomain = \"example.com\"\n"))
        #expect(found.text.contains("AliasFile = \"/etc/mail/aliases\"\n"))
        #expect(
            found.text.contains(
                "EnvelopeFrom = { \"root\" = \"app@example.com\", \"@old.example\" = \"app@example.com\" }\n"
            )
        )
        #expect(found.remarks.count == 1)
    }

    @Test("A value that refers to itself or grows without end is bounded")
    func hostileReferences() throws {
        #expect(throws: MigrationError.self) { try translated("relayhost = $relayhost\n") }
        var bomb = "a0 = \(String(repeating: "x", count: 100))\n"
        for level in 1...30 { bomb += "a\(level) = " + String(repeating: "$a\(level - 1)", count: 50) + "\n" }
        #expect(throws: MigrationError.self) { try translated(bomb + "relayhost = $a30\n") }
    }
}
