// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Logging
import MailMessage
import MailTestKit
import SMTPClient
import SMTPComponent
import SMTPProtocol
import SMTPSink
import Spool
import Testing

/// The class and the daemon work on one queue directory.
@Suite(.timeLimit(.minutes(1))) struct DaemonTests {
    private struct Observer: DeliveryObserver {
        func deliveryStarted() {}
        func heartbeat() {}
        func statusChanged(_ text: String) {}
        func stopContinues(for time: Duration) {}
    }

    private func daemon(_ directory: TemporaryDirectory, port: Int) throws -> DeliveryService {
        let connection = ConnectionSettings(
            relay: RelayAddress(host: "127.0.0.1", port: port),
            security: .none,
            hello: "client.example"
        )
        return DeliveryService(
            settings: DeliverySettings(
                queueDirectory: directory.path,
                relays: [RelaySettings(name: "primary", connection: connection)]
            ),
            queue: try QueueDirectory.open(directory.path),
            group: ComponentBench.group,
            log: DeliveryLog(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }),
            observer: Observer()
        )
    }

    @Test("What the class queues the daemon sends, with the recipients of the envelope")
    func M08_queue_drainedByTheDaemon() async throws {
        let directory = try TemporaryDirectory()
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: 1)
        smtp.bcc = "secret@example.net"
        smtp.returnPath = "<>"
        try await smtp.queue(directory.path)
        let service = try daemon(directory, port: receiver.port)
        let running = Task { try await service.run() }
        await receiver.wait(forMessages: 1)
        await service.requestStop()
        try await running.value
        #expect(receiver.messages.map(\.recipients) == [["<b@example.net>", "<secret@example.net>"]])
        #expect(receiver.messages.first?.sender.hasPrefix("<>") == true)
        #expect(receiver.text() == "How are you?\r\n")
        #expect(try directory.names().filter { !$0.hasPrefix(".") } == [])
        await receiver.stop()
    }

    @Test("What waits for its time with the daemon the class leaves alone")
    func M07_processQueue_afterTheDaemon() async throws {
        let directory = try TemporaryDirectory()
        let receiver = try await MailReceiver.start()
        try directory.write(
            "Queue-To: <b@example.net>\nQueue-After: 2999-01-01T00:00:00Z\n\nFrom: a@app.example\n\nHi.\n",
            to: "1.queued"
        )
        let smtp = ComponentBench.smtp(port: receiver.port)
        try await smtp.processQueue(directory.path)
        #expect(receiver.messages.isEmpty)
        #expect(try directory.names() == ["1.queued"])
        await receiver.stop()
    }
}
