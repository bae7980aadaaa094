// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import SMTPClient
import Testing

@testable import DaemonConfiguration

struct ConfigurationErrorTests {
    @Test(
        "A mistake at the top is told with its place, what was expected and what was found",
        arguments: [
            ("MailSever = 1", "1:1: unknown key MailSever: did you mean MailServer, in a [[Relay]] section?"),
            ("QueueDri = \"/x\"", "1:1: unknown key QueueDri: did you mean QueueDir?"),
            ("\n  keepqueue = true", "2:3: unknown key keepqueue: did you mean KeepQueue?"),
            ("MailServer = \"x\"", "1:1: MailServer belongs in a [[Relay]] section"),
            ("Zebra = 1\nAardvark = 2", "1:1: unknown key Zebra"),
            (
                "password = \"x\"",
                "1:1: unknown key password: passwords do not stand in the configuration: use PasswordCredential, PasswordFile or PasswordCommand"
            ),
            ("QueueDir = 5", "1:1: QueueDir: expected a string in quotes, found 5"),
            ("QueueDir = \"\"", "1:1: QueueDir is empty: leave the key out for the default"),
            ("QueueDir = \"queue\"", "1:1: QueueDir: expected an absolute path"),
            ("QueueDir = \"/a\\nb\"", "1:1: QueueDir has a line break or another control character in it"),
            ("KeepQueue = \"yes\"", "1:1: KeepQueue: expected true or false, found \"yes\""),
            ("KeepQueue = 1", "1:1: KeepQueue: expected true or false, found 1"),
            (
                "MaxMessageSize = 0",
                "1:1: MaxMessageSize: expected a size such as 1048576, \"100MiB\" or \"1GiB\", found 0"
            ),
            (
                "MaxMessageSize = \"100 pages\"",
                "1:1: MaxMessageSize: expected a size such as 1048576, \"100MiB\" or \"1GiB\", found \"100 pages\""
            ),
            (
                "MaxAge = 1.5",
                "1:1: MaxAge: expected a time such as 30, \"30s\", \"5min\", \"4h\" or \"5d\", found a number with a point"
            ),
            (
                "MaxAge = 2026-11-24",
                "1:1: MaxAge: expected a time such as 30, \"30s\", \"5min\", \"4h\" or \"5d\", found a date or time"
            ),
            (
                "MaxAge = \"-5d\"",
                "1:1: MaxAge: expected a time such as 30, \"30s\", \"5min\", \"4h\" or \"5d\", found \"-5d\""
            ),
            (
                "StopGrace = true",
                "1:1: StopGrace: expected a time such as 30, \"30s\", \"5min\", \"4h\" or \"5d\", found true or false"
            ),
            ("MetricsFile = \"smtpqd.prom\"", "1:1: MetricsFile: expected an absolute path"),
            (
                "MetricsListen = \"localhost:9465\"",
                "1:1: MetricsListen: expected an IP address and port such as \"127.0.0.1:9465\" or \"[::1]:9465\", or the absolute path of a socket"
            ),
            (
                "ExitWhenIdle = 4",
                "1:1: ExitWhenIdle: expected 5s or more, since systemd limits how often it starts a service"
            ),
            (
                "RetryIntervals = \"1min\"",
                "1:1: RetryIntervals: expected a list of times such as [\"1min\", \"5min\", \"1h\"], found \"1min\""
            ),
            (
                "RetryIntervals = []",
                "1:1: RetryIntervals: expected a list of times such as [\"1min\", \"5min\", \"1h\"], found an empty list"
            ),
            (
                "RetryIntervals = [\n  \"1min\",\n  \"soon\",\n]",
                "3:3: RetryIntervals: expected a time such as 30, \"30s\", \"5min\", \"4h\" or \"5d\", found \"soon\""
            ),
            (
                "LogLevel = \"loud\"",
                "1:1: LogLevel: expected one of \"debug\", \"info\", \"notice\", \"warning\", \"error\", found \"loud\""
            ),
            ("Relay = 1", "1:1: Relay: expected sections such as [[Relay]], found 1"),
            (
                "[Relay]\nMailServer = \"x\"",
                "1:1: Relay: expected sections such as [[Relay]], found a section"
            ),
            ("[Queue]\nDir = \"x\"", "1:1: unknown key Queue"),
        ]
    )
    func topLevel(text: String, expected: String) {
        #expect(problem(text + "\n") == "main.toml:" + expected)
    }

    @Test(
        "A mistake in a relay is told with its place, what was expected and what was found",
        arguments: [
            (
                "Pasword = \"x\"",
                "3:1: unknown key Pasword in [[Relay]]: passwords do not stand in the configuration: use PasswordCredential, PasswordFile or PasswordCommand"
            ),
            (
                "QueueDri = \"x\"",
                "3:1: unknown key QueueDri in [[Relay]]: did you mean QueueDir, before the first [[Relay]]?"
            ),
            (
                "Password = \"x\"",
                "3:1: unknown key Password in [[Relay]]: passwords do not stand in the configuration: use PasswordCredential, PasswordFile or PasswordCommand"
            ),
            ("Port = 25", "3:1: unknown key Port in [[Relay]]: did you mean MailPort?"),
            ("Username = \"x\"", "3:1: unknown key Username in [[Relay]]: did you mean User?"),
            ("QueueDir = \"/x\"", "3:1: QueueDir belongs before the first [[Relay]]"),
            (
                "Name = \"a b\"",
                "3:1: Name: expected up to 64 letters, digits, points, hyphens and underscores"
            ),
            ("MailPort = 0", "3:1: MailPort: expected a number from 1 to 65535, found 0"),
            ("MailPort = \"587\"", "3:1: MailPort: expected a number from 1 to 65535, found \"587\""),
            ("MailPort = 65536", "3:1: MailPort: expected a number from 1 to 65535, found 65536"),
            (
                "TLS = \"maybe\"",
                "3:1: TLS: expected one of \"none\", \"starttls\", \"implicit\", found \"maybe\""
            ),
            (
                "TLS = true",
                "3:1: TLS: expected one of \"none\", \"starttls\", \"implicit\", found true or false"
            ),
            (
                "TLSMinimumVersion = 1.2",
                "3:1: TLSMinimumVersion: expected one of \"1.2\", \"1.3\", found a number with a point"
            ),
            (
                "TLSVerify = false",
                "3:1: unknown key TLSVerify in [[Relay]]: the relay's certificate is always verified; TLSCAFile names the authorities to trust"
            ),
            ("TLSCAFile = \"ca.pem\"", "3:1: TLSCAFile: expected an absolute path"),
            (
                "TLSServerName = \"a b\"",
                "3:1: TLSServerName: expected the host name in the relay's certificate"
            ),
            ("TLSClientKey = \"/k\"", "3:1: TLSClientKey needs TLSClientCertificate beside it"),
            ("TLSClientCertificate = \"/c\"", "3:1: TLSClientCertificate needs TLSClientKey beside it"),
            (
                "User = \"u\"",
                "3:1: User without a password: set PasswordCredential, PasswordFile or PasswordCommand, or one of the Token keys"
            ),
            ("PasswordFile = \"/p\"", "3:1: PasswordFile without User: whose password is it?"),
            ("PasswordCredential = \"p\"", "3:1: PasswordCredential without User: whose password is it?"),
            ("PasswordFile = \"p\"", "3:1: PasswordFile: expected an absolute path"),
            (
                "User = \"u\"\nPasswordFile = \"/p\"\nPasswordCredential = \"p\"",
                "4:1: PasswordCredential and PasswordFile exclude each other"
            ),
            (
                "AuthMechanism = \"plain\"",
                "3:1: AuthMechanism: expected one, or a list, of \"auto\", \"SCRAM-SHA-256\", \"SCRAM-SHA-1\", \"DIGEST-MD5\", \"CRAM-MD5\", \"OAUTHBEARER\", \"XOAUTH2\", \"EXTERNAL\", \"GSSAPI\", \"NTLM\", \"PLAIN\", \"LOGIN\", found \"plain\""
            ),
            ("Connections = 0", "3:1: Connections: expected a number from 1 to 1000, found 0"),
            (
                "Connections = 10.0",
                "3:1: Connections: expected a number from 1 to 1000, found a number with a point"
            ),
            (
                "MessagesPerConnection = -1",
                "3:1: MessagesPerConnection: expected a number from 0 to 1000000, found -1"
            ),
            (
                "LocalHost = \"eth 0\"",
                "3:1: LocalHost: expected an IP address, a name or a network interface of this host"
            ),
        ]
    )
    func relaySection(keys: String, expected: String) {
        #expect(problem(relay + keys + "\n") == "main.toml:" + expected)
    }

    @Test("A syntax error is told with its place and the library's words")
    func syntax() {
        #expect(problem("QueueDir = \n").hasPrefix("main.toml:1:1"))
        #expect(problem(relay + "Name = \"a\"\nName = \"b\"\n").hasPrefix("main.toml:4:"))
        #expect(problem("KeepQueue = yes\n").hasPrefix("main.toml:1:13"))
    }

    @Test("A key cannot put controls into the error")
    func printableKey() {
        #expect(problem("\"a\\n\\u001b[2J\" = 1\n") == "main.toml: unknown key a\\x0a\\x1b[2J")
    }

    @Test("Without a relay, or without its server, the error says what is missing")
    func missing() {
        #expect(
            problem("")
                == "main.toml: no [[Relay]] section: add one with MailServer = \"smtp.example.com\" to say where the mail goes"
        )
        #expect(
            problem("KeepQueue = true\n\n[[Relay]]\nMailPort = 25\n")
                == "main.toml:3:1: MailServer is missing: which host takes the mail?"
        )
    }

    @Test("A second relay of the same name is refused, and where the first one is is said")
    func secondRelay() {
        #expect(
            problem(relay + "\n" + relay)
                == "main.toml:4:1: a second [[Relay]] with the Name \"default\": the first one is in main.toml"
        )
        #expect(
            problem(relay, relay)
                == "1.toml:1:1: a second [[Relay]] with the Name \"default\": the first one is in main.toml"
        )
    }

    @Test(
        "A server is a host name or an address and nothing else",
        arguments: [
            "smtp.example.com:587", "[::1]", "smtp://example.com", "a b", "user@example.com",
            "-x.example.com", ".example.com",
            "bücher.example",
        ]
    )
    func server(text: String) {
        #expect(
            problem("[[Relay]]\nMailServer = \"\(text)\"\n")
                == "main.toml:2:1: MailServer: expected a host name or an IP address, without a port (MailPort), brackets or a scheme"
        )
    }

    @Test("A login without TLS has to be allowed in so many words")
    func clearTextLogin() {
        let login = relay + "TLS = \"none\"\nUser = \"u\"\nPasswordFile = \"/p\"\n"
        #expect(
            problem(login)
                == "main.toml:3:1: a login without TLS shows the password to everybody on the way: set TLS, or AllowClearTextLogin = true"
        )
        #expect(problem(login + "AllowClearTextLogin = true\n") == "no error")
    }

    @Test("What the host says about files and secrets is told at the key")
    func hostFacts() {
        let host = HostFacts(
            secret: { _ throws(SecretError) in throw SecretError("it is gone") },
            problemOfFile: { _ in "cannot be read" },
            problemOfPrivateFile: { "\($0) is open to others" },
            name: { "host.example" }
        )
        #expect(
            problem(relay + "TLSCAFile = \"/ca\"\n", host: host)
                == "main.toml:3:1: TLSCAFile: /ca cannot be read"
        )
        #expect(
            problem(relay + "TLSClientCertificate = \"/c\"\nTLSClientKey = \"/k\"\n", host: host)
                == "main.toml:3:1: TLSClientCertificate: /c cannot be read"
        )
        #expect(
            problem(relay + "User = \"u\"\nPasswordFile = \"/p\"\n", host: host)
                == "main.toml:4:1: PasswordFile: it is gone"
        )
    }

    @Test(
        "Controls in the greeting name, the user and the server are refused, however they are written",
        arguments: ["\\r\\n", "\\n", "\\u000b", "\\u007f", "\\u0085", "\\u2028", "\\t"]
    )
    func T7_controlsInValues(escape: String) {
        for key in [
            "Hello", "User", "MailServer", "Name", "LocalHost", "TLSServerName", "PasswordCredential",
        ] {
            let text =
                (key == "MailServer" ? "[[Relay]]\n" : relay) + "\(key) = \"a\(escape)MAIL FROM:<x>\"\n"
            #expect(
                problem(text).contains("\(key) has a line break or another control character in it"),
                "\(key) \(escape)"
            )
        }
    }

    @Test("A newline in the user name is refused")
    func T20_newlineInUser() {
        #expect(
            problem(relay + "User = \"\"\"a\nb\"\"\"\nPasswordFile = \"/p\"\n")
                == "main.toml:3:1: User has a line break or another control character in it"
        )
    }

    @Test("NUL, as which the library would end a text, is refused as a character and as an escape")
    func null() {
        #expect(problem(relay + "#\0\nUser = 1") == "main.toml:3:2: the character NUL is no text")
        #expect(
            problem(relay + "Name = \"a\\u0000b\"\n")
                == "main.toml:3:10: the character NUL cannot be part of a value"
        )
        #expect(
            problem(relay + "Name = \"a\\U00000000b\"\n")
                == "main.toml:3:10: the character NUL cannot be part of a value"
        )
        #expect(
            problem(relay + "\"Name\\u0000x\" = \"a\"\n")
                == "main.toml:3:6: the character NUL cannot be part of a value"
        )
    }

    @Test(
        "The greeting name is a host name or an address literal",
        arguments: [
            ("app.example.com", true), ("app", true), ("[192.0.2.1]", true), ("[IPv6:2001:db8::1]", true),
            ("a b", false),
            ("a<b>", false), ("[x]", false), ("[192.0.2.1", false), ("a..b", false), ("ä.example", false),
        ]
    )
    func greetingName(name: String, isGood: Bool) {
        #expect((problem(relay + "Hello = \"\(name)\"\n") == "no error") == isGood)
    }
}
