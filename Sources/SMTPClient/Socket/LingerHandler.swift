// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import NIOCore

/// Limits how long the system goes on sending what is left when a channel is closed.
///
/// SO_LINGER would do so in `close(2)`, which then blocks, on Linux also for sockets that do not block: every other connection
/// of the event loop would wait. TCP_USER_TIMEOUT, set when closing begins, has the kernel do it on its own.
final class LingerHandler: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private let time: Duration

    init(_ time: Duration) {
        self.time = time
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        let milliseconds = TimeAmount(time).nanoseconds / 1_000_000
        let option = ChannelOptions.Types.SocketOption(
            level: .tcp,
            name: NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT)
        )
        // Without it the system goes on for as long as it is set to.
        try? context.channel.syncOptions?.setOption(option, value: .init(min(max(milliseconds, 1), 1 << 30)))
        context.close(mode: mode, promise: promise)
    }
}
