// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPComponent
import SMTPSink
import Synchronization
import Testing

/// The events: what they say, and in which order they come.
@Suite(.timeLimit(.minutes(1))) struct EventTests {
    @Test("The table has the seven events of the reference, their numbers and arguments")
    func table() {
        let wanted: [(Int, String, [String])] = [
            (1, "ConnectionStatus", ["ConnectionEvent", "StatusCode", "Description"]),
            (2, "EndTransfer", ["Direction"]),
            (3, "Error", ["ErrorCode", "Description"]),
            (4, "Expand", ["Address"]),
            (5, "PITrail", ["Direction", "Message"]),
            (6, "StartTransfer", ["Direction"]),
            (7, "Transfer", ["Direction", "BytesTransferred", "PercentDone"]),
        ]
        #expect(EventKind.allCases.map(\.rawValue) == wanted.map(\.0))
        #expect(EventKind.allCases.map(\.name) == wanted.map(\.1))
        #expect(EventKind.allCases.map(\.arguments) == wanted.map(\.2))
        #expect(SMTP.Direction.allCases.map(\.rawValue) == [0, 1, 2])
        #expect(SMTPEvent.expand(address: "").kind == .expand)
    }

    @Test("A message fires its events in order, all of them before send returns")
    func E02_endTransfer_E06_startTransfer_E07_transfer() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        let log = EventLog(smtp)
        try await smtp.send()
        let transfer = log.all.filter { [.startTransfer, .transfer, .endTransfer].contains($0.kind) }
        #expect(
            transfer == [
                .startTransfer(direction: .client),
                .transfer(direction: .client, bytesTransferred: 14, percentDone: 100),
                .endTransfer(direction: .client),
            ]
        )
        await receiver.stop()
    }

    @Test("A long text is told piece by piece, never going back; an empty one fires nothing")
    func E07_transfer_pieces() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        let log = EventLog(smtp)
        smtp.messageText = String(repeating: String(repeating: "x", count: 78) + "\r\n", count: 10_000)
        try await smtp.send()
        let pieces = log.all.compactMap { event -> (Int64, Int)? in
            if case .transfer(.client, let count, let percent) = event { (count, percent) } else { nil }
        }
        #expect(pieces.count > 3)
        #expect(pieces.map(\.0) == pieces.map(\.0).sorted())
        #expect(pieces.last?.0 == 800_000 && pieces.last?.1 == 100)
        #expect(pieces.allSatisfy { $0.1 == Int($0.0 * 100 / 800_000) })
        smtp.messageText = ""
        let second = EventLog(smtp)
        try await smtp.send()
        #expect(!second.all.contains { [.startTransfer, .transfer, .endTransfer].contains($0.kind) })
        await receiver.stop()
    }

    @Test("Connections tell when they are made and when they end")
    func E01_connectionStatus() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        let log = EventLog(smtp)
        try await smtp.connect()
        #expect(log.all.last == .connectionStatus(event: "Connected", statusCode: 0, description: "OK"))
        try await smtp.disconnect()
        #expect(log.all.last == .connectionStatus(event: "Disconnected", statusCode: 0, description: "OK"))
        await receiver.stop()
    }

    @Test("A connection that breaks says why")
    func E01_connectionStatus_broken() async throws {
        let receiver = try await MailReceiver.start { $0.dropsAfterContent = true }
        let smtp = ComponentBench.smtp(port: receiver.port)
        let log = EventLog(smtp)
        #expect(await ComponentBench.code { try await smtp.send() } == 1120)
        guard case .connectionStatus("Disconnected", 1120, let text)? = log.all.last else {
            Issue.record("\(log.all)")
            return
        }
        #expect(text.contains("dropped"))
        await receiver.stop()
    }

    @Test("PITrail shows every line but the message and the login")
    func E05_piTrail() async throws {
        let script = """
            S: 220 relay.example
            C: EHLO client.example
            S: 250-relay.example
            S: 250 AUTH PLAIN LOGIN CRAM-MD5
            C: AUTH PLAIN AGFsaWNlAHBhNTV3b3Jk
            S: 235 welcome
            C: MAIL FROM:<a@app.example>
            S: 250 ok
            C: RCPT TO:<b@example.net>
            S: 250 ok

            """ + ComponentBench.content + "C: QUIT\nS: 221 bye"
        let logs = Mutex<EventLog?>(nil)
        _ = try await ComponentBench.play(script) { smtp in
            let log = EventLog(smtp)
            logs.withLock { $0 = log }
            smtp.authMechanism = .saslPlain
            smtp.user = "alice"
            smtp.password = "pa55word"
            try await smtp.send()
        }
        var trail = logs.withLock { $0?.trail ?? [] }
        #expect(trail.removeFirst().hasPrefix("I: connecting to 127.0.0.1:"))
        #expect(
            trail == [
                "S: 220 relay.example", "C: EHLO client.example", "S: 250-relay.example",
                "S: 250 AUTH PLAIN LOGIN CRAM-MD5",
                "C: AUTH PLAIN (hidden)", "S: 235 welcome", "C: MAIL FROM:<a@app.example>", "S: 250 ok",
                "C: RCPT TO:<b@example.net>", "S: 250 ok", "C: DATA", "S: 354 go on", "S: 250 ok", "C: QUIT",
                "S: 221 bye",
            ]
        )
    }

    @Test("The sequence brings what the closures bring, and ends with the component")
    func sequence() async throws {
        let receiver = try await MailReceiver.start()
        var smtp: SMTP? = ComponentBench.smtp(port: receiver.port)
        let log = EventLog(try #require(smtp))
        let events = try #require(smtp).events
        try await smtp?.send()
        smtp = nil
        var read: [SMTPEvent] = []
        for await event in events { read.append(event) }
        #expect(read == log.all)
        #expect(!read.isEmpty)
        await receiver.stop()
    }

    @Test("Closures run one at a time, and DoEvents waits for them")
    func M04_doEvents() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        let depth = Mutex((now: 0, most: 0, count: 0))
        smtp.onPITrail = { _, _ in
            depth.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
                $0.count += 1
            }
            depth.withLock { $0.now -= 1 }
        }
        async let first: Void = smtp.send()
        try await smtp.doEvents()
        try await first
        try await smtp.doEvents()
        #expect(depth.withLock { $0.most } == 1)
        #expect(depth.withLock { $0.count } > 8)
        await receiver.stop()
    }

    @Test("A method can be stopped from an event")
    func M06_interrupt() async throws {
        let receiver = try await MailReceiver.start { $0.delay = .seconds(30) }
        let smtp = ComponentBench.smtp(port: receiver.port)
        smtp.interrupt()
        smtp.onEndTransfer = { _ in smtp.interrupt() }
        let error = await ComponentBench.error { try await smtp.send() }
        smtp.onEndTransfer = nil
        #expect(error?.code == 301)
        #expect(smtp.idle)
        #expect(!smtp.connected)
        await receiver.stop()
    }

    @Test("Cancelling the task stops the method too")
    func M06_interrupt_cancelled() async throws {
        let receiver = try await MailReceiver.start { $0.delay = .seconds(30) }
        let smtp = ComponentBench.smtp(port: receiver.port)
        let task = Task { await ComponentBench.code { try await smtp.send() } }
        smtp.onEndTransfer = { _ in task.cancel() }
        #expect(await task.value == 301)
        smtp.onEndTransfer = nil
        await receiver.stop()
    }

    @Test("A second method fails with 166 and disturbs nothing; Idle tells")
    func P15_idle() async throws {
        let receiver = try await MailReceiver.start { $0.delay = .seconds(30) }
        let smtp = ComponentBench.smtp(port: receiver.port)
        let (codes, reader) = AsyncStream.makeStream(of: Int.self)
        #expect(smtp.idle)
        smtp.onEndTransfer = { _ in
            #expect(!smtp.idle)
            Task {
                for body in [smtp.send, smtp.disconnect, { try await smtp.verify("x") }]
                    as [() async throws -> Void]
                {
                    reader.yield(await ComponentBench.code(body))
                }
                reader.finish()
                smtp.interrupt()
            }
        }
        #expect(await ComponentBench.code { try await smtp.send() } == 301)
        smtp.onEndTransfer = nil
        var answers: [Int] = []
        for await code in codes { answers.append(code) }
        #expect(answers == [166, 166, 166])
        #expect(smtp.idle)
        await receiver.stop()
    }
}
