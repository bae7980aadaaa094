// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
package import NIOCore
internal import NIOPosix
internal import Synchronization

/// A small SMTP server that accepts everything, or misbehaves on purpose: for trying things out and for tests.
///
/// It speaks clear text on the address it is given, and nothing leaves it. Thread-safe.
package final class SinkServer: Sendable {
    private let channel: any Channel
    private let connections: OpenConnections

    /// The port it listens on.
    package let port: Int
    /// What it counts.
    package let statistics: SinkStatistics

    private init(channel: any Channel, connections: OpenConnections, statistics: SinkStatistics) {
        self.channel = channel
        self.connections = connections
        self.statistics = statistics
        port = channel.localAddress?.port ?? 0
    }

    /// Starts a sink.
    ///
    /// - Parameters:
    ///   - options: how it behaves.
    ///   - group: event loops for its connections.
    ///   - onMessage: called with each accepted message before the client is told, on an event loop.
    /// - Returns: the sink, listening.
    /// - Throws: ``SinkError``: the maildir cannot be made, or the address cannot be listened on.
    package static func start(
        _ options: SinkOptions,
        group: any EventLoopGroup,
        onMessage: @escaping @Sendable (SinkMessage) -> Void = { _ in }
    ) async throws(SinkError) -> SinkServer {
        let maildir = try options.maildir.map { path throws(SinkError) in try Maildir(path: path) }
        let connections = OpenConnections()
        let statistics = SinkStatistics()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator())
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    statistics.connectionOpened()
                    connections.add(channel)
                    channel.closeFuture.whenComplete { _ in statistics.connectionClosed() }
                    let handler = SinkHandler(options: options, maildir: maildir, loop: channel.eventLoop) {
                        message in
                        statistics.messageAccepted()
                        onMessage(message)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.bind(host: options.host, port: options.port).get()
        } catch {
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            throw SinkError("cannot listen on \(options.host), port \(options.port): \(reason)", .listen)
        }
        return SinkServer(channel: channel, connections: connections, statistics: statistics)
    }

    /// Stops listening, and closes the connections that are open.
    package func stop() async {
        try? await channel.close()
        await connections.closeAll()
    }

    /// Waits until it was stopped.
    package func closed() async {
        try? await channel.closeFuture.get()
    }
}
