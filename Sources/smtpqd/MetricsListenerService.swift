// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import OpenMetrics
internal import ServiceLifecycle

/// Listens for requests for the metrics.
///
/// An address that cannot be had is said once and asked for again; the mail flows on.
struct MetricsListenerService: Service {
    private static let pause = Duration.seconds(10)

    let listener: MetricsSettings.Listener
    let registry: OpenMetricsRegistry
    let logger: Logger

    func run() async throws {
        // A loop of its own: who asks without end takes no time of the delivery's.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        await cancelWhenGracefulShutdown {
            var fault: String?
            repeat {
                do {
                    let server = try await MetricsServer.start(
                        on: try address(),
                        group: group
                    ) { [registry] in registry.text(as: $0) }
                    logger.notice("the metrics are at \(name)")
                    try? await gracefulShutdown()
                    return await server.stop()
                } catch {
                    let reason = "\(error)"
                    if reason != fault { logger.error("the metrics are not at \(name): \(reason)") }
                    fault = reason
                }
            } while (try? await Task.sleep(for: Self.pause)) != nil
        }
        try? await group.shutdownGracefully()
    }

    private var name: String {
        switch listener {
        case .address(let host, let port): "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/metrics"
        case .socket(let path): "\(path), /metrics"
        }
    }

    private func address() throws -> SocketAddress {
        switch listener {
        case .address(let host, let port): try SocketAddress(ipAddress: host, port: port)
        case .socket(let path): try SocketAddress(unixDomainSocketPath: path)
        }
    }
}
