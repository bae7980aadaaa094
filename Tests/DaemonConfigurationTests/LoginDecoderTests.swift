// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import SMTPClient
import Testing

@testable import DaemonConfiguration

struct LoginDecoderTests {
    private func login(_ keys: String) throws -> Login? {
        try decode(relay + keys).delivery.relays[0].connection.login
    }

    @Test("Every source of a token reaches the login")
    func tokens() throws {
        let user = "User = \"u\"\n"
        #expect(
            try login(user + "Token = \"t\"\n") == Login(user: "u", token: .stated(Secret("t")))
        )
        #expect(
            try login(user + "TokenCredential = \"relay-token\"\n")
                == Login(user: "u", token: .kept(.credential("relay-token")))
        )
        #expect(
            try login(user + "TokenFile = \"/run/token\"\n")
                == Login(user: "u", token: .kept(.file("/run/token")))
        )
        let command = try #require(SecretCommand(["/bin/fetch", "--for", "a b"]))
        #expect(
            try login(user + "TokenCommand = [\"/bin/fetch\", \"--for\", \"a b\"]\n")
                == Login(user: "u", token: .command(command))
        )
    }

    @Test("A command for the password reaches the login, and counts as a password")
    func passwordCommand() throws {
        let command = try #require(SecretCommand(["/bin/fetch", "relay"]))
        let keys = "User = \"u\"\nPasswordCommand = [\"/bin/fetch\", \"relay\"]\n"
        #expect(try login(keys) == Login(user: "u", passwordCommand: command))
        #expect(try login(keys + "AuthMechanism = \"PLAIN\"\n")?.mechanism == .named([.plain]))
        #expect(
            problem(relay + keys + "PasswordFile = \"/p\"\n")
                == "main.toml:4:1: PasswordFile and PasswordCommand exclude each other"
        )
    }

    @Test("A mechanism is named alone or in a list")
    func mechanisms() throws {
        let user = "User = \"u\"\nPasswordFile = \"/p\"\n"
        #expect(try login(user + "AuthMechanism = \"CRAM-MD5\"\n")?.mechanism == .named([.cramMD5]))
        #expect(
            try login(user + "AuthMechanism = [\"SCRAM-SHA-256\", \"PLAIN\"]\n")?.mechanism
                == .named([.scramSHA256, .plain])
        )
        #expect(try login(user + "AuthMechanism = [\"auto\"]\n")?.mechanism == .auto)
    }

    @Test("A ticket or a certificate needs neither name nor password")
    func outside() throws {
        let certificate = "TLSClientCertificate = \"/c\"\nTLSClientKey = \"/k\"\n"
        #expect(try login("AuthMechanism = \"GSSAPI\"\n") == Login(user: "", mechanism: .named([.gssapi])))
        #expect(
            try login(certificate + "AuthMechanism = \"EXTERNAL\"\nUser = \"u\"\n")
                == Login(user: "u", mechanism: .named([.external]))
        )
        #expect(try login(certificate + "User = \"u\"\n") == Login(user: "u"))
        #expect(try login(certificate) == nil)
    }

    @Test("A mechanism that hides the password may do without TLS")
    func hiddenWithoutTLS() throws {
        let keys = "TLS = \"none\"\nUser = \"u\"\nPasswordFile = \"/p\"\nAuthMechanism = "
        #expect(try login(keys + "\"SCRAM-SHA-1\"\n") != nil)
        #expect(problem(relay + keys + "\"PLAIN\"\n").hasPrefix("main.toml:3:1: a login without TLS shows"))
    }

    @Test(
        "What does not go together is told at its key",
        arguments: [
            ("Token = \"t\"", "3:1: Token without User: whose token is it?"),
            ("AuthMechanism = \"PLAIN\"", "3:1: AuthMechanism without User: who logs in?"),
            ("AuthorizationIdentity = \"a\"", "3:1: AuthorizationIdentity without User: who logs in?"),
            (
                "User = \"u\"\nToken = \"t\"\nTokenFile = \"/t\"",
                "5:1: Token and TokenFile exclude each other"
            ),
            ("User = \"u\"\nTokenFile = \"t\"", "4:1: TokenFile: expected an absolute path"),
            (
                "User = \"u\"\nTokenCommand = [\"fetch\"]",
                "4:1: TokenCommand: expected the absolute path of a program first"
            ),
            (
                "User = \"u\"\nTokenCommand = \"/bin/fetch\"",
                "4:1: TokenCommand: expected a program and its arguments, such as [\"/usr/bin/a\", \"b\"]"
            ),
            (
                "User = \"u\"\nToken = \"t\"\nAuthMechanism = \"PLAIN\"",
                "5:1: AuthMechanism: PLAIN needs a password: PasswordCredential, PasswordFile or PasswordCommand"
            ),
            (
                "User = \"u\"\nPasswordFile = \"/p\"\nAuthMechanism = [\"PLAIN\", \"XOAUTH2\"]",
                "5:1: AuthMechanism: XOAUTH2 needs a token: Token, TokenCredential, TokenFile or TokenCommand"
            ),
            (
                "AuthMechanism = \"EXTERNAL\"",
                "3:1: AuthMechanism: EXTERNAL needs TLSClientCertificate and TLSClientKey"
            ),
            (
                "User = \"u\"\nPasswordFile = \"/p\"\nAuthMechanism = [\"auto\", \"PLAIN\"]",
                "5:1: AuthMechanism: \"auto\" stands alone"
            ),
        ]
    )
    func contradictions(keys: String, expected: String) {
        #expect(problem(relay + keys + "\n") == "main.toml:" + expected)
    }

    @Test("T29: a token in a configuration that others may read is refused, and never shown")
    func T29_tokenInOpenFile() {
        let host = HostFacts(
            secret: { _ throws(SecretError) in Secret("kept") },
            problemOfFile: { _ in nil },
            problemOfPrivateFile: { "\($0) is open to others" },
            name: { "host.example" }
        )
        let user = relay + "User = \"u\"\n"
        #expect(
            problem(user + "Token = \"t\"\n", host: host)
                == "main.toml:4:1: Token: main.toml is open to others, or use TokenFile"
        )
        #expect(problem(user + "Token = 3141592\n") == "main.toml:4:1: Token: expected a string in quotes")
    }

    @Test("T20: a control character in a token or an argument is refused")
    func T20_controls() {
        for key in [
            "Token = \"a\\nb\"", "TokenCommand = [\"/bin/x\", \"a\\nb\"]",
            "AuthorizationIdentity = \"a\\u0001\"",
        ] {
            #expect(problem(relay + "User = \"u\"\n" + key + "\n").contains("control character"), "\(key)")
        }
    }
}
