// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import SMTPSink
import Synchronization

/// A sink, and the messages that it has accepted.
final class MailReceiver: Sendable {
    private let received = Mutex<[SinkMessage]>([])
    private let server = Mutex<SinkServer?>(nil)

    /// Starts a sink on the loopback address.
    static func start(_ change: (inout SinkOptions) -> Void = { _ in }) async throws -> MailReceiver {
        var options = SinkOptions()
        options.reportsContent = true
        change(&options)
        let receiver = MailReceiver()
        let server = try await SinkServer.start(options, group: ComponentBench.group) { message in
            receiver.received.withLock { $0.append(message) }
        }
        receiver.server.withLock { $0 = server }
        return receiver
    }

    /// The port it listens on.
    var port: Int { server.withLock { $0?.port ?? 0 } }

    /// Waits until it has accepted so many messages; for ten seconds at most.
    func wait(forMessages count: Int) async {
        let deadline = ContinuousClock.now + .seconds(10)
        while messages.count < count, ContinuousClock.now < deadline { await Task.yield() }
    }

    /// All connections there have been.
    var connectionCount: Int { server.withLock { $0?.statistics.totalConnectionCount ?? 0 } }

    /// The messages in their order.
    var messages: [SinkMessage] { received.withLock { $0 } }

    /// The contents as text.
    var contents: [String] { messages.map { String(decoding: $0.content, as: UTF8.self) } }

    /// The header of a message as its lines, unfolded.
    func header(_ index: Int = 0) -> [String] {
        guard contents.indices.contains(index) else { return [] }
        let head = contents[index].split(
            separator: "\r\n\r\n",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )[0]
        return head.replacing("\r\n ", with: " ").split(separator: "\r\n").map(String.init)
    }

    /// The text of a message, behind its header.
    func text(_ index: Int = 0) -> String {
        guard contents.indices.contains(index), let end = contents[index].firstRange(of: "\r\n\r\n") else {
            return ""
        }
        return String(contents[index][end.upperBound...])
    }

    /// Stops it.
    func stop() async {
        let server = server.withLock { $0.take() }
        await server?.stop()
    }
}
