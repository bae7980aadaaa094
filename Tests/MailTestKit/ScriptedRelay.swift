// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import NIOCore
internal import NIOPosix
internal import NIOSSL

/// A server that plays the relay's part of a ``Dialogue`` on a real connection, once, and judges the client's part.
package final class ScriptedRelay: Sendable {
    private let channel: any Channel
    private let verdict: EventLoopFuture<String?>

    /// The port it listens on.
    package var port: Int { channel.localAddress?.port ?? 0 }

    private init(channel: any Channel, verdict: EventLoopFuture<String?>) {
        self.channel = channel
        self.verdict = verdict
    }

    /// Listens on the loopback address for one client.
    ///
    /// - Parameters:
    ///   - dialogue: what is said. `! wait` does not wait: where the relay has something to say afterwards it says it at
    ///     once, where it has not it stays silent until the client gives up.
    ///   - tls: needed for `! tls`.
    ///   - group: event loops.
    /// - Returns: the relay, listening.
    /// - Throws: when a certificate cannot be read or no port is free.
    package static func start(
        _ dialogue: Dialogue,
        tls: RelayTLS? = nil,
        group: any EventLoopGroup
    ) async throws -> ScriptedRelay {
        let context = try tls?.makeContext()
        let verdict = group.next().makePromise(of: String?.self)
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = ScriptedRelayHandler(steps: dialogue.steps, tls: context, verdict: verdict)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        listener.closeFuture.whenComplete { _ in verdict.succeed("nobody came") }
        return ScriptedRelay(channel: listener, verdict: verdict.futureResult)
    }

    /// Waits until the client is gone; says where it left the script, nil when it kept to it.
    package func judgement() async throws -> String? {
        let judgement = try await verdict.get()
        try? await channel.close()
        return judgement
    }
}
