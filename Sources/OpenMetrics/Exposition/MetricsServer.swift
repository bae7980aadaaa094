// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
package import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Shows metrics over HTTP: `GET /metrics`, and nothing else.
///
/// Whoever can reach it may be hostile: there are 16 connections at one time, the oldest making way for a new one, with one
/// request of at most 8 KiB on each, and 10 seconds for all of it, whatever the client does or leaves. Thread-safe.
package final class MetricsServer: Sendable {
    private static let connectionLimit = 16
    private static let requestBytes = 8 << 10

    private let channel: any Channel

    /// Where it listens.
    package var address: SocketAddress? { channel.localAddress }

    private init(channel: any Channel) { self.channel = channel }

    /// Starts to listen on an address; a socket file that is left over there is replaced.
    ///
    /// - Parameters:
    ///   - address: an IP address with a port, or the path of a socket, which everybody may connect to.
    ///   - group: event loops for its connections.
    ///   - lifetime: how long a connection may last.
    ///   - text: what it shows.
    /// - Returns: the server, listening.
    /// - Throws: the error of the system when the address cannot be listened on.
    package static func start(
        on address: SocketAddress,
        group: any EventLoopGroup,
        lifetime: TimeAmount = .seconds(10),
        text: @escaping @Sendable (ExpositionFormat) -> String
    ) async throws -> MetricsServer {
        let connections = LatestConnections(limit: connectionLimit)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                connections.add(channel)
                let end = channel.eventLoop.scheduleTask(in: lifetime) { channel.close(promise: nil) }
                channel.closeFuture.whenComplete { _ in end.cancel() }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        RequestSizeHandler(limit: requestBytes), HTTPResponseEncoder(),
                        ByteToMessageHandler(HTTPRequestDecoder()), ScrapeHandler(text: text),
                    ])
                }
            }
        guard let path = address.pathname else {
            return MetricsServer(channel: try await bootstrap.bind(to: address).get())
        }
        let channel = try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
            .get()
        // As everybody may connect to a port. Who may not is kept out by the directory.
        chmod(path, 0o666)
        return MetricsServer(channel: channel)
    }

    /// Stops listening; requests that are being answered are still answered.
    package func stop() async { try? await channel.close() }
}
