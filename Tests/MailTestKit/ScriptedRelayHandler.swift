// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Plays the steps of a ``Dialogue`` on one connection.
final class ScriptedRelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let steps: [DialogueStep]
    private let tls: NIOSSLContext?
    private let verdict: EventLoopPromise<String?>
    private var index = 0
    private var received: [UInt8] = []
    private var isHandshaking = false
    private var isJudged = false

    init(steps: [DialogueStep], tls: NIOSSLContext?, verdict: EventLoopPromise<String?>) {
        self.steps = steps
        self.tls = tls
        self.verdict = verdict
    }

    func channelActive(context: ChannelHandlerContext) {
        advance(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Array(unwrapInboundIn(data).readableBytesView)
        advance(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event {
            isHandshaking = false
            advance(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case NIOSSLError.uncleanShutdown = error { return }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !received.isEmpty { return judge("the client went on with \(shown(received))") }
        // What the relay has still to say to a client that is gone does not matter; what the client had to say does.
        let isDone =
            !isHandshaking && !steps[index...].contains { if case .client = $0 { true } else { false } }
        judge(isDone ? nil : "the client left before step \(index + 1)")
    }

    private func advance(_ context: ChannelHandlerContext) {
        while index < steps.count, !isHandshaking, !isJudged {
            switch steps[index] {
            case .client(let line):
                guard take(line + Array("\r\n".utf8), context) else { return }
            case .server(let bytes):
                guard received.isEmpty else {
                    return fail("the client also said \(shown(received))", context)
                }
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .tls:
                index += 1
                return startTLS(context)
            case .drop:
                index += 1
                return context.close(promise: nil)
            case .wait:
                let speaksAgain = steps[index...].contains { if case .server = $0 { true } else { false } }
                guard speaksAgain else { return }
            }
            index += 1
        }
    }

    /// Takes a line that is expected; false when it has not arrived yet, or another one has.
    private func take(_ expected: [UInt8], _ context: ChannelHandlerContext) -> Bool {
        guard received.starts(with: expected) else {
            if !expected.starts(with: received) {
                fail("the client said \(shown(received)), expected \(shown(expected))", context)
            }
            return false
        }
        received.removeFirst(expected.count)
        return true
    }

    private func startTLS(_ context: ChannelHandlerContext) {
        guard let tls else { return fail("there is no TLS for this relay", context) }
        isHandshaking = true
        do {
            try context.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: tls),
                position: .first
            )
        } catch {
            fail("\(error)", context)
        }
    }

    private func fail(_ reason: String, _ context: ChannelHandlerContext) {
        judge("step \(index + 1): \(reason)")
        context.close(promise: nil)
    }

    private func judge(_ judgement: String?) {
        guard !isJudged else { return }
        isJudged = true
        verdict.succeed(judgement)
    }

    private func shown(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(500), as: UTF8.self).debugDescription
    }
}
