// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPProtocol
import Testing

@testable import SMTPClient

struct LoginTests {
    private static let hiding = ["SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5"]

    @Test(
        "Without a choice the strongest mechanisms come first, and only those that the login has proof for",
        arguments: [
            (true, false, false, hiding + ["PLAIN", "LOGIN"]),
            (true, false, true, hiding + ["PLAIN", "LOGIN"]),
            (false, true, false, ["OAUTHBEARER", "XOAUTH2"]),
            (true, true, false, hiding + ["OAUTHBEARER", "XOAUTH2", "PLAIN", "LOGIN"]),
            (false, false, true, ["EXTERNAL", "GSSAPI"]),
            (false, false, false, ["GSSAPI"]),
        ]
    )
    func automatic(hasPassword: Bool, hasToken: Bool, hasCertificate: Bool, names: [String]) {
        let login = Login(
            user: "u",
            password: hasPassword ? Secret("p") : nil,
            token: hasToken ? .stated(Secret("t")) : nil
        )
        #expect(login.mechanismNames(hasClientCertificate: hasCertificate) == names)
    }

    @Test(
        "The choices of the classic component keep their numbers",
        arguments: [
            (0, AuthMechanism.userPassword, ["LOGIN", "PLAIN"]), (1, .cramMD5, ["CRAM-MD5"]),
            (2, .ntlm, ["NTLM"]),
            (3, .apop, ["APOP"]), (4, .saslPlain, ["PLAIN"]), (5, .digestMD5, ["DIGEST-MD5"]),
            (6, .kerberos, ["GSSAPI"]), (7, .xoauth2, ["XOAUTH2"]),
        ]
    )
    func numbers(number: Int, mechanism: AuthMechanism, names: [String]) {
        #expect(AuthMechanism(number: number) == mechanism)
        #expect(mechanism.number == number)
        let login = Login(user: "u", password: Secret("p"), mechanism: mechanism)
        #expect(login.mechanismNames(hasClientCertificate: false) == names)
    }

    @Test("Other numbers are no choice, and choices of ours have none")
    func otherNumbers() {
        #expect(AuthMechanism(number: -1) == nil)
        #expect(AuthMechanism(number: 8) == nil)
        #expect(AuthMechanism.auto.number == nil)
        #expect(AuthMechanism.named([.plain]).number == nil)
    }

    @Test("A login that is wanted is demanded: no choice leaves it without a mechanism")
    func neverEmpty() {
        for mechanism in [AuthMechanism.auto, .named([]), .apop] {
            let login = Login(user: "", mechanism: mechanism)
            #expect(!login.mechanismNames(hasClientCertificate: false).isEmpty)
        }
    }

    @Test(
        "T20: a control character in name, password, identity or token is refused before anything is sent",
        arguments: ["a\nb", "a\r\nb", "a\0b", "a\u{1}auth=Bearer x", "a\u{85}b", "a\u{2028}b"]
    )
    func T20_controls(text: String) async {
        let relay = RelayAddress(host: "relay.example", port: 587)
        for (mechanism, login) in [
            ("PLAIN", Login(user: text, password: Secret("p"))),
            ("SCRAM-SHA-256", Login(user: "u", password: Secret(text))),
            ("PLAIN", Login(user: "u", password: Secret("p"), authorizationIdentity: text)),
            ("XOAUTH2", Login(user: text, token: .stated(Secret("t")))),
            ("OAUTHBEARER", Login(user: "u", token: .stated(Secret(text)))),
        ] {
            let error = await #expect(throws: SASLError.self) {
                _ = try await login.exchange(mechanism, with: relay)
            }
            #expect(error?.summary.hasSuffix("contains a control character") == true)
        }
    }

    @Test("A token that is not there and a mechanism that nobody has are told")
    func nothingToBeginWith() async {
        let relay = RelayAddress(host: "relay.example", port: 587)
        let login = Login(user: "u", password: Secret("p"))
        for (mechanism, summary) in [
            ("XOAUTH2", "no token is configured"), ("APOP", "the login mechanism APOP is not supported here"),
        ] {
            let error = await #expect(throws: SASLError.self) {
                _ = try await login.exchange(mechanism, with: relay)
            }
            #expect(error?.summary == summary)
        }
    }

    @Test("T29: a login never shows its secrets")
    func T29_hiddenSecrets() throws {
        let command = try #require(SecretCommand(["/bin/true", "hunter2"]))
        for token in [TokenSource.stated(Secret("hunter2")), .command(command)] {
            let login = Login(user: "u", password: Secret("hunter2"), token: token)
            var dumped = ""
            dump(login, to: &dumped)
            #expect(!dumped.contains("hunter2"))
            #expect(!"\(login)".contains("hunter2"))
            #expect(!String(reflecting: login).contains("hunter2"))
        }
    }

    @Test("T29: the error of a server with a token is explained, and the trace of it shows no secret")
    func T29_traceOfARefusedToken() async throws {
        let dialogue = try DialogueParser.parse(
            """
            S: 220 relay.example
            C: EHLO client.example
            S: 250-relay.example
            S: 250 AUTH XOAUTH2
            C: AUTH XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIGh1bnRlcjIBAQ==
            S: 334 eyJzdGF0dXMiOiI0MDEifQ==
            C:
            S: 535 5.7.8 go away
            C: QUIT

            """,
            name: "refused token"
        )
        let relay = try await ScriptedRelay.start(dialogue, group: ClientBench.group)
        var settings = ClientBench.settings(port: relay.port)
        settings.allowsClearTextLogin = true
        settings.login = Login(user: "u", token: .stated(Secret("hunter2")))
        let trace = Collector<String>()
        let fault = await #expect(throws: RelayFault.self) {
            _ = try await ClientBench.connect(settings) { _, line in trace.add(line) }
        }
        #expect(try await relay.judgement() == nil)
        #expect(fault?.text == "go away (the server does not take the token: status 401)")
        #expect(fault?.kind == .authenticationRefused)
        let shown = trace.values.joined(separator: "\n")
        #expect(shown.contains("AUTH XOAUTH2 (hidden)"))
        #expect(!shown.contains("hunter2") && !shown.contains("dXNlcj11"))
    }
}
