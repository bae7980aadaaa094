// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import DaemonConfiguration
import Delivery
import SMTPClient
import SMTPProtocol
import Testing

@testable import Migration

struct NullmailerReaderTests {
    private func translated(_ files: [String: String]) throws -> Translated {
        let texts = Dictionary(uniqueKeysWithValues: files.map { ("/etc/nullmailer/" + $0.key, $0.value) })
        return try Translated(
            NullmailerReader.translation(of: "/etc/nullmailer", files: .invented(texts))
        )
    }

    @Test("Remotes become relays in their order, with port, TLS and login")
    func remotes() throws {
        let found = try translated([
            "remotes": """
            # the smarthost
            smtp.example.com smtp --port=587 --starttls --user=app@example.com --pass='my pass phrase'
            backup.example.net smtp tls user=app pass=x auth-login
            192.0.2.7
            """
        ])
        let relays = found.settings.delivery.relays
        #expect(relays.map(\.name) == ["smtp.example.com", "backup.example.net", "192.0.2.7"])
        #expect(relays.map(\.connection.relay.port) == [587, 465, 25])
        #expect(relays.map(\.connection.security) == [.startTLS, .implicitTLS, .none])
        #expect(relays.map(\.connection.login?.user) == ["app@example.com", "app", nil])
        #expect(relays[1].connection.login?.mechanism == .named([.login]))
        #expect(found.translation.relays[0].secret?.secret == Secret("my pass phrase"))
        #expect(found.translation.relays[0].secret?.place == "/etc/nullmailer/remotes:2")
        #expect(found.text.contains("PasswordFile = \"/etc/smtpqd/smtp.example.com.password\""))
        #expect(found.remarks.isEmpty)
    }

    @Test("The other control files become settings, or a remark")
    func control() throws {
        let found = try translated([
            "remotes": "smtp.example.com\n", "helohost": "app.example.com\n", "queuelifetime": "86400\n",
            "pausetime": "60\n",
            "maxpause": "300\n", "sendtimeout": "120\n", "me": "app\n",
            "adminaddr": "admin@example.com\n", "allmailfrom": "app@example.com\n",
            "defaultdomain": "example.com\n",
            "defaulthost": "app\n", "idhost": "x\n",
        ])
        #expect(found.relay.hello == "app.example.com")
        #expect(found.relay.timeouts.operation == .seconds(120))
        #expect(found.settings.delivery.retry.maxAge == .seconds(86_400))
        #expect(found.settings.delivery.retry.intervals == [60, 120, 240, 300].map { .seconds($0) })
        #expect(found.remarks.count == 1)
        #expect(found.remarks[0].hasPrefix("/etc/nullmailer/idhost:1: idhost: "))
        #expect(found.text.contains("DefaultDomain = \"app.example.com\"\n"))
        #expect(found.text.contains("Aliases = { \"*\" = [\"admin@example.com\"] }\n"))
        #expect(found.text.contains("EnvelopeFrom = { \"*\" = \"app@example.com\" }\n"))
    }

    @Test(
        "What has no counterpart is told with its line",
        arguments: [
            ("smtp.example.com qmqp", "the protocol qmqp has no counterpart"),
            ("smtp.example.com smtp insecure tls", "insecure: the relay's certificate is verified now"),
            ("smtp.example.com smtp user=u pass=p", "without TLS"),
            ("smtp.example.com smtp colour", "the option colour is not known"),
            ("smtp.example.com 'smtp", "a quote does not end"),
            ("a/b", "a/b is no host name"),
            ("smtp.example.com smtp port=0", "0 is no port"),
        ]
    )
    func remarks(line: String, expected: String) throws {
        let found = try translated(["remotes": "good.example.com\n" + line + "\n"])
        #expect(found.remarks.count == 1)
        #expect(found.remarks[0].hasPrefix("/etc/nullmailer/remotes:2: "))
        #expect(found.remarks[0].contains(expected))
    }

    @Test("Without a remote there is nothing to translate")
    func nothing() {
        #expect(throws: MigrationError.self) { try translated(["remotes": "# none\n"]) }
        #expect(throws: MigrationError.self) { try translated([:]) }
    }
}
