// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPClient
import SMTPProtocol
import SMTPSink
import Testing

@testable import SMTPComponent

/// How the connection is made, and what can go wrong with it.
@Suite(.timeLimit(.minutes(1))) struct ConnectionTests {
    @Test("Server, port, local host, local port and the longest line cannot be changed while connected")
    func P19_mailPort_P20_mailServer_P18_localHost_locks() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        try await smtp.connect()
        #expect(smtp.mailServer == "127.0.0.1")
        let changes: [(Int, () -> Void)] = [
            (100, { smtp.mailPort = 26 }), (101, { smtp.mailServer = "other" }),
            (107, { smtp.localHost = "127.0.0.1" }),
        ]
        for (code, change) in changes {
            change()
            #expect(smtp.lastError?.code == code)
            #expect(await ComponentBench.code { try await smtp.send() } == code)
        }
        #expect(throws: SMTPError(.cannotChangeLocalPort)) { try smtp.config("LocalPort=2000") }
        #expect(throws: SMTPError(.cannotChangeMaxLineLength)) { try smtp.config("MaxLineLength=1000") }
        #expect(smtp.mailPort == receiver.port && smtp.mailServer == "127.0.0.1")
        // Told once: the next send goes.
        try await smtp.send()
        try await smtp.disconnect()
        smtp.mailPort = 26
        #expect(smtp.mailPort == 26)
        await receiver.stop()
    }

    @Test("A port of 0 is the error 116, before anything is sent")
    func P19_mailPort_zero() async {
        let smtp = ComponentBench.smtp(port: 1)
        smtp.mailPort = 0
        #expect(smtp.mailPort == 1)
        #expect(await ComponentBench.code { try await smtp.connect() } == 116)
    }

    @Test("The address that means no address is the error 102", arguments: ["0.0.0.0", "::"])
    func P20_mailServer_unspecified(server: String) async {
        let smtp = ComponentBench.smtp(port: 1)
        smtp.mailServer = server
        #expect(await ComponentBench.code { try await smtp.connect() } == 102)
        #expect(await ComponentBench.code { try await smtp.send() } == 102)
    }

    @Test("Connected tells, and setting it connects and disconnects")
    func P06_connected() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        #expect(!smtp.connected)
        try await smtp.setConnected(true)
        #expect(smtp.connected)
        try await smtp.setConnected(true)
        try await smtp.setValue(.flag(false), ofProperty: Property.connected.rawValue)
        #expect(!smtp.connected)
        #expect(receiver.connectionCount == 1)
        await receiver.stop()
    }

    @Test("Command sends a line as it is; a refusal is only in LastReply")
    func P05_command_P17_lastReply() async throws {
        let script =
            ComponentBench.opening + """
                C: NOOP hello
                S: 250-one
                S: 250 two
                C: XYZZY
                S: 500 what?
                C: QUIT
                S: 221 bye
                """
        _ = try await ComponentBench.play(script) { smtp in
            #expect(smtp.lastReply == "")
            #expect(await ComponentBench.code { try await smtp.setCommand("NOOP") } == 1117)
            try await smtp.connect()
            #expect(smtp.lastReply == "250 relay.example")
            try await smtp.setCommand("NOOP hello")
            #expect(smtp.lastReply == "250-one\r\n250 two")
            try await smtp.setValue(.text("XYZZY"), ofProperty: Property.command.rawValue)
            #expect(smtp.lastReply == "500 what?")
            #expect(try smtp.value(ofProperty: Property.command.rawValue) == .text(""))
            for line in ["NOOP\r\nRSET", "DATA", ""] {
                #expect(await ComponentBench.code { try await smtp.setCommand(line) } == 192)
            }
            #expect(smtp.connected)
        }
    }

    @Test("Hello goes with EHLO; without it LocalHost, an IP address in brackets")
    func C04_hello_C24_localHost_P18_localHost() async throws {
        let smtp = SMTP()
        #expect(smtp.localHost == (try smtp.config("Hello")))
        smtp.localHost = "127.0.0.1"
        #expect(try smtp.config("Hello") == "[127.0.0.1]")
        #expect(try smtp.config("LocalHost") == "127.0.0.1")
        #expect(try smtp.members.connection().localHost == "127.0.0.1")
        #expect(try smtp.config("Hello=client.example") == "client.example")
        #expect(try smtp.members.connection().hello == "client.example")
        #expect(GreetingName.literal(of: "::1") == "[IPv6:::1]")
        let script = "S: 220 x\nC: EHLO [127.0.0.1]\nS: 250 x\nC: QUIT\nS: 221 bye"
        _ = try await ComponentBench.play(script) { smtp in
            try smtp.config("Hello=")
            smtp.localHost = "127.0.0.1"
            try await smtp.connect()
        }
    }

    @Test("Nobody logs in without a user, or without a password")
    func P35_password_P44_user() throws {
        let smtp = SMTP()
        smtp.password = "pa55word"
        #expect(try smtp.members.connection().login == nil)
        smtp.user = "alice"
        #expect(try smtp.members.connection().login?.user == "alice")
        smtp.password = ""
        #expect(try smtp.members.connection().login == nil)
    }

    /// A session with a login of `alice`, up to the end of the login.
    private func login(
        offering mechanisms: String,
        _ steps: String,
        change: (SMTP) throws -> Void
    ) async -> SMTPError? {
        let opening = "S: 220 x\nC: EHLO client.example\nS: 250-x\nS: 250 AUTH \(mechanisms)\n"
        return await ComponentBench.error {
            _ = try await ComponentBench.play(
                opening + steps,
                change: { smtp in
                    smtp.user = "alice"
                    smtp.password = "pa55word"
                    try change(smtp)
                }
            ) { try await $0.connect() }
        }
    }

    @Test("amUserPassword is AUTH LOGIN, and AUTH PLAIN where that is not offered")
    func P02_authMechanism() async {
        let viaLogin =
            "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 334 UGFzc3dvcmQ6\nC: cGE1NXdvcmQ=\nS: 235 ok\nC: QUIT\nS: 221 bye"
        #expect(await login(offering: "PLAIN LOGIN CRAM-MD5", viaLogin) { _ in } == nil)
        let viaPlain = "C: AUTH PLAIN AGFsaWNlAHBhNTV3b3Jk\nS: 235 ok\nC: QUIT\nS: 221 bye"
        #expect(await login(offering: "PLAIN", viaPlain) { _ in } == nil)
    }

    @Test(
        "Each other mechanism is the one that was chosen; one that is not offered is the error 161",
        arguments: [
            SMTP.AuthMechanism.cramMD5, .ntlm, .apop, .saslDigestMD5, .kerberos, .xoauth2,
        ]
    )
    func P02_authMechanism_notOffered(mechanism: SMTP.AuthMechanism) async {
        let error = await login(offering: "PLAIN LOGIN", "C: QUIT\nS: 221 bye") { smtp in
            smtp.authMechanism = mechanism
            try smtp.config("AuthorizationIdentity=Bearer token")
        }
        #expect(error?.code == 161)
    }

    @Test(
        "XOAUTH2 sends the token of AuthorizationIdentity, and needs no password",
        arguments: ["Bearer t0ken", "t0ken"]
    )
    func C02_authorizationIdentity(identity: String) async {
        // user=alice^Aauth=Bearer t0ken^A^A
        let steps = "C: AUTH XOAUTH2 dXNlcj1hbGljZQFhdXRoPUJlYXJlciB0MGtlbgEB\nS: 235 ok\nC: QUIT\nS: 221 bye"
        let error = await login(offering: "PLAIN XOAUTH2", steps) { smtp in
            smtp.authMechanism = .xoauth2
            smtp.password = ""
            try smtp.config("AuthorizationIdentity=\(identity)")
        }
        #expect(error == nil)
    }

    @Test("PLAIN acts as AuthorizationIdentity")
    func C02_authorizationIdentity_plain() async {
        // boss^@alice^@pa55word
        let steps = "C: AUTH PLAIN Ym9zcwBhbGljZQBwYTU1d29yZA==\nS: 235 ok\nC: QUIT\nS: 221 bye"
        let error = await login(offering: "PLAIN", steps) { smtp in
            smtp.authMechanism = .saslPlain
            try smtp.config("AuthorizationIdentity=boss")
        }
        #expect(error == nil)
    }

    @Test("A refused login is the error 161 with the reply, and never with the password")
    func P02_authMechanism_refused() async {
        let steps = "C: AUTH PLAIN AGFsaWNlAHBhNTV3b3Jk\nS: 535 5.7.8 no\nC: QUIT\nS: 221 bye"
        let error = await login(offering: "PLAIN", steps) { $0.authMechanism = .saslPlain }
        #expect(error?.code == 161)
        #expect(error?.description.contains("535 no") == true)
        #expect(error?.description.contains("pa55word") == false)
    }

    @Test("A server that says nothing is the error 201")
    func P43_timeout() async throws {
        let smtp = try await ComponentBench.silent { smtp in smtp.timeout = 1 }
        #expect(await ComponentBench.code { try await smtp.connect() } == 201)
    }

    @Test("With AbsoluteTimeout the whole method is limited, whatever moves")
    func C32_absoluteTimeout() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        smtp.timeout = 1
        smtp.messageText = String(repeating: String(repeating: "x", count: 98) + "\r\n", count: 60)
        try smtp.config("MaxTransferRate=4000")
        try smtp.config("AbsoluteTimeout=True")
        #expect(await ComponentBench.code { try await smtp.send() } == 201)
        #expect(receiver.messages.isEmpty)
        #expect(!smtp.connected)
        try smtp.config("AbsoluteTimeout=False")
        try await smtp.send()
        #expect(receiver.messages.count == 1)
        await receiver.stop()
    }

    @Test("No time-out means a century; ConnectionTimeout is for connecting alone")
    func P43_timeout_C13_connectionTimeout() throws {
        let smtp = SMTP()
        smtp.timeout = 0
        #expect(try smtp.members.connection().timeouts[.greeting] > .seconds(1_000_000_000))
        smtp.timeout = 7
        #expect(try smtp.members.connection().timeouts[.finalDot] == .seconds(7))
        #expect(try smtp.members.connection().connectTimeout == .seconds(7))
        try smtp.config("ConnectionTimeout=3")
        #expect(try smtp.members.connection().connectTimeout == .seconds(3))
        #expect(try smtp.members.connection().timeouts[.finalDot] == .seconds(7))
    }
}
