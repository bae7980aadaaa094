// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// Drives one ``ProxyMachine`` at the front of a channel.
///
/// The handlers behind it learn that the channel is active only when the connection to the relay stands; then this one
/// is gone. Belongs to its event loop.
final class ProxyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var machine: any ProxyMachine
    private var received = ByteBuffer()
    private var ending: EventLoopPromise<Void>?

    /// A handler that keeps the promise when the connection to the relay stands, or will not.
    init(_ machine: any ProxyMachine, established: EventLoopPromise<Void>) {
        self.machine = machine
        ending = established
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(machine.opening), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard ending != nil else { return }
        received.writeImmutableBuffer(unwrapInboundIn(data))
        do throws(ProxyError) {
            try advance(context)
        } catch {
            end(.failure(error))
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failure(ProxyError.closed))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failure(error))
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.failure(ProxyError.closed))
    }

    private func advance(_ context: ChannelHandlerContext) throws(ProxyError) {
        while true {
            switch try machine.receive(&received) {
            case .awaitMore:
                received.discardReadBytes()
                return
            case .send(let bytes):
                context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            case .establish:
                return handOver(context)
            }
        }
    }

    private func handOver(_ context: ChannelHandlerContext) {
        end(.success(()))
        // Another connection may have been faster: then this one has just been closed.
        guard context.channel.isActive else { return }
        context.fireChannelActive()
        if received.readableBytes > 0 {
            // The relay speaks first: what came along with the proxy's answer is its greeting.
            context.fireChannelRead(wrapInboundOut(received))
            context.fireChannelReadComplete()
        }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    private func end(_ result: Result<Void, any Error>) {
        ending?.completeWith(result)
        ending = nil
    }
}
