// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore
import NIOPosix

/// A relay that accepts everything, and counts how often the client had to wait for it.
///
/// It answers all that has arrived at once: a client with a round trip for each message gets one answer for each.
final class TurnCounter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What has been counted on one connection.
    struct Count {
        var turns = 0
        var messages = 0
        var resets = 0
    }

    private enum Phase {
        case command
        case content
        case chunk(remaining: Int)
    }

    private let capabilities: [String]
    private let done: EventLoopPromise<Count>
    private var phase = Phase.command
    private var input = ByteBuffer()
    private var replies = ByteBuffer()
    private var count = Count()

    init(capabilities: [String], done: EventLoopPromise<Count>) {
        self.capabilities = capabilities
        self.done = done
    }

    /// Listens on the loopback address for one client; the count is there when it is gone.
    static func start(
        _ capabilities: [String]
    ) async throws -> (listener: any Channel, count: EventLoopFuture<Count>) {
        let done = ClientBench.group.next().makePromise(of: Count.self)
        let listener = try await ServerBootstrap(group: ClientBench.group)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let counter = TurnCounter(capabilities: capabilities, done: done)
                    try channel.pipeline.syncOperations.addHandler(counter)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return (listener, done.futureResult)
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "220 relay.example\r\n")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        input.writeBuffer(&bytes)
        while takeNext() {}
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard replies.readableBytes > 0 else { return }
        count.turns += 1
        context.writeAndFlush(wrapOutboundOut(replies), promise: nil)
        replies.clear()
    }

    func channelInactive(context: ChannelHandlerContext) {
        done.succeed(count)
    }

    /// Takes a line, or the rest of a chunk; false when it is not there yet.
    private func takeNext() -> Bool {
        if case .chunk(let remaining) = phase {
            guard input.readSlice(length: remaining) != nil else { return false }
            endMessage()
            return true
        }
        guard let end = input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")),
            let line = input.readString(length: end + 1 - input.readerIndex)
        else { return false }
        switch phase {
        case .content: if line == ".\r\n" { endMessage() }
        default: answer(line)
        }
        return true
    }

    private func endMessage() {
        phase = .command
        count.messages += 1
        replies.writeString("250 2.0.0 Ok\r\n")
    }

    private func answer(_ line: String) {
        let words = line.split(whereSeparator: \.isWhitespace)
        switch words.first {
        case "EHLO":
            replies.writeString("250-relay.example\r\n")
            for capability in capabilities { replies.writeString("250-\(capability)\r\n") }
            replies.writeString("250 8BITMIME\r\n")
        case "DATA":
            phase = .content
            replies.writeString("354 Go ahead\r\n")
        case "BDAT":
            phase = .chunk(remaining: words.dropFirst().first.flatMap { Int($0) } ?? 0)
        case "RSET":
            count.resets += 1
            replies.writeString("250 Ok\r\n")
        default:
            replies.writeString("250 Ok\r\n")
        }
    }
}
