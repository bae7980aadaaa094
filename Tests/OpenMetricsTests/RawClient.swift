// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore
import NIOPosix

/// A connection on which anything can be sent, and that collects what comes until the other side closes it.
struct RawClient {
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private var text = ""
        private let promise: EventLoopPromise<String>

        init(_ promise: EventLoopPromise<String>) { self.promise = promise }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
        }

        // A reset is an end too.
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func channelInactive(context: ChannelHandlerContext) { promise.succeed(text) }
    }

    let channel: any Channel
    private let answer: EventLoopFuture<String>

    init(_ address: SocketAddress) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: String.self)
        answer = promise.futureResult
        channel = try await ClientBootstrap(group: loop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Collector(promise))
            }
        }.connect(to: address).get()
    }

    func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    /// What came until the connection was closed.
    func end() async throws -> String { try await answer.get() }
}
