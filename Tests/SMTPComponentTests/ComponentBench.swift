// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import NIOPosix
import SMTPComponent
import SMTPSink
import Synchronization
import Testing

/// What the tests of the class have in common.
enum ComponentBench {
    static let group = MultiThreadedEventLoopGroup.singleton

    /// A component with a message, for a server on this host.
    static func smtp(port: Int) -> SMTP {
        let smtp = SMTP()
        smtp.mailServer = "127.0.0.1"
        smtp.mailPort = port
        smtp.from = "a@app.example"
        smtp.sendTo = "b@example.net"
        smtp.subject = "Hello"
        smtp.messageText = "How are you?\r\n"
        smtp.messageDate = ""
        smtp.messageId = ""
        smtp.timeout = 20
        return smtp
    }

    /// What is said until the session can take mail.
    static let opening = """
        S: 220 relay.example
        C: EHLO client.example
        S: 250 relay.example

        """

    /// The message of ``smtp(port:)`` from DATA to its end.
    static let content = """
        C: DATA
        S: 354 go on
        C: From: a@app.example
        C: To: b@example.net
        C: Subject: Hello
        C:
        C: How are you?
        C: .
        S: 250 ok

        """

    /// Plays a script against what is done with a component; says where the component left it.
    static func play(
        _ script: String,
        _ body: (SMTP) async throws -> Void = { try await $0.send() }
    ) async throws -> SMTP {
        try await play(script, change: { _ in }, body)
    }

    /// The same with properties changed before.
    static func play(
        _ script: String,
        change: (SMTP) throws -> Void,
        _ body: (SMTP) async throws -> Void = { try await $0.send() }
    ) async throws -> SMTP {
        let relay = try await ScriptedRelay.start(
            try DialogueParser.parse(script, name: "component"),
            group: group
        )
        let smtp = smtp(port: relay.port)
        try smtp.config("Hello=client.example")
        try change(smtp)
        let events = EventLog(smtp)
        do {
            try await body(smtp)
        } catch {
            // Where the two parted is the better reason.
            if smtp.connected { try? await smtp.disconnect() }
            let judgement = try await relay.judgement()
            #expect(judgement == nil, "\(events.trail)")
            throw error
        }
        if smtp.connected { try await smtp.disconnect() }
        #expect(try await relay.judgement() == nil)
        return smtp
    }

    /// A component for a server that accepts connections and says nothing.
    static func silent(_ change: (SMTP) throws -> Void) async throws -> SMTP {
        let relay = try await ScriptedRelay.start(
            try DialogueParser.parse("! wait 300s", name: "silent"),
            group: group
        )
        let smtp = smtp(port: relay.port)
        try change(smtp)
        return smtp
    }

    /// The error of a method.
    static func error(_ body: () async throws -> Void) async -> SMTPError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? SMTPError
        }
    }

    /// The code of the error of a method; 0 for none.
    static func code(_ body: () async throws -> Void) async -> Int {
        await error(body)?.code ?? 0
    }
}
