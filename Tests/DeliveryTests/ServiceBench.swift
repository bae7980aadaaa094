// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Foundation
import Logging
import MailMessage
import NIOCore
import NIOPosix
import SMTPClient
import SMTPProtocol
import SMTPSink
import Spool
import Testing

/// A queue directory of its own, a delivery service on it, and what the service tells.
final class ServiceBench {
    let path: String
    let queue: QueueDirectory
    let observer = RecordingObserver()
    var settings: DeliverySettings
    var metrics = DeliveryMetrics.none
    private var running: (service: DeliveryService, task: Task<Void, any Error>)?

    init(port: Int, change: (inout DeliverySettings) -> Void = { _ in }) throws {
        path = NSTemporaryDirectory() + "smtpqd-delivery-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        queue = try QueueDirectory.open(path)
        settings = DeliverySettings(
            queueDirectory: path,
            relays: [Self.relay("primary", port: port)]
        )
        change(&settings)
    }

    /// A relay on this host, without TLS and login.
    static func relay(
        _ name: String,
        port: Int,
        change: (inout RelaySettings) -> Void = { _ in }
    ) -> RelaySettings {
        var relay = RelaySettings(
            name: name,
            connection: ConnectionSettings(
                relay: RelayAddress(host: "127.0.0.1", port: port),
                security: .none,
                hello: "client.example"
            )
        )
        change(&relay)
        return relay
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func start() async throws {
        let service = DeliveryService(
            settings: settings,
            queue: queue,
            group: MultiThreadedEventLoopGroup.singleton,
            log: DeliveryLog(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }),
            metrics: metrics,
            observer: observer
        )
        running = (service, Task { try await service.run() })
        await observer.wait { $0.isStarted }
    }

    func stop() async throws {
        guard let running else { return }
        await running.service.requestStop()
        try await running.task.value
        self.running = nil
    }

    /// Waits until the service ends by itself.
    func end() async throws {
        try await running?.task.value
        running = nil
    }

    func reload() async {
        await running?.service.reload(settings)
    }

    /// Drops a message as an application does: written under another name, renamed.
    @discardableResult
    func drop(
        _ name: String,
        from sender: String = "alice@example.net",
        to recipients: [String] = ["bob@example.org"],
        fields: [String] = []
    ) throws -> MessageStem {
        let lines =
            ["Queue-From: <\(sender)>"] + recipients.map { "Queue-To: <\($0)>" } + fields + [
                "", "Subject: \(name)", "", "text", "",
            ]
        let temporary = path + "/.\(name)"
        try lines.joined(separator: "\n").write(toFile: temporary, atomically: false, encoding: .utf8)
        try FileManager.default.moveItem(atPath: temporary, toPath: path + "/\(name).queued")
        return try MessageStem(name)
    }

    /// The messages by state.
    func stems(_ state: SpoolState) throws -> [String] {
        try queue.listing().stems(in: state).map(\.text).sorted()
    }

    /// Waits until the directory looks as it should.
    ///
    /// Bounded: a test that hangs fails.
    func wait(for what: String, _ condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try !condition() {
            try #require(ContinuousClock.now < deadline, "still waiting for \(what)")
            await observer.nextChange()
        }
    }
}

/// Records what a service tells.
final class RecordingObserver: DeliveryObserver {
    struct Seen: Sendable {
        var isStarted = false
        var beats = 0
        var statuses: [String] = []
    }

    private let lock = NSLock()
    nonisolated(unsafe) private var seen = Seen()

    private func change(_ body: (inout Seen) -> Void) {
        lock.withLock { body(&seen) }
    }

    func deliveryStarted() { change { $0.isStarted = true } }
    func heartbeat() { change { $0.beats += 1 } }
    func statusChanged(_ text: String) { change { $0.statuses.append(text) } }
    func stopContinues(for time: Duration) {}

    var now: Seen { lock.withLock { seen } }

    func wait(_ condition: (Seen) -> Bool) async {
        let deadline = ContinuousClock.now + .seconds(20)
        while !condition(now), ContinuousClock.now < deadline { await nextChange() }
    }

    /// A moment in which the service can go on.
    func nextChange() async { try? await Task.sleep(for: .milliseconds(5)) }
}

/// Counts what a sink accepts.
final class SinkRecorder: Sendable {
    private let lock = NSLock()
    nonisolated(unsafe) private var received: [SinkMessage] = []

    func add(_ message: SinkMessage) { lock.withLock { received.append(message) } }

    var messages: [SinkMessage] { lock.withLock { received } }

    /// How often each recipient got a message.
    var countByRecipient: [String: Int] {
        messages.flatMap(\.recipients).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
}
