// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// Drives one ``SinkMachine`` over a connection.
///
/// Belongs to its event loop.
///
/// Nothing is read from the client while it does not read its replies, or the disk has too much to do: so memory stays
/// small whatever the client sends.
final class SinkHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes that may wait before no more are read.
    private static let waitingByteLimit = 1 << 20
    private static let refusal = "451 4.3.0 the message cannot be stored"

    private let accepted: (SinkMessage) -> Void
    private let reportsContent: Bool
    private let maildir: Maildir?
    private let loop: any EventLoop
    private var machine: SinkMachine
    private var context: ChannelHandlerContext?
    private var content: [UInt8] = []
    private var message: SinkMessage?
    private var pause: Scheduled<Void>?
    private var isReadHeld = false
    private lazy var store = maildir.map { maildir in
        MaildirStore(
            maildir,
            loop: loop,
            stored: { [weak self] in self?.report(isStored: $0) },
            progressed: { [weak self] in self?.readOn() }
        )
    }

    init(
        options: SinkOptions,
        maildir: Maildir?,
        loop: any EventLoop,
        accepted: @escaping (SinkMessage) -> Void
    ) {
        self.maildir = maildir
        self.loop = loop
        self.accepted = accepted
        reportsContent = options.reportsContent
        machine = SinkMachine(options: options)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        pause?.cancel()
        store?.perform(.discard)
    }

    func channelActive(context: ChannelHandlerContext) {
        handle(.connected)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        handle(.bytesReceived(unwrapInboundIn(data)))
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readOn()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { isReadHeld = true }
    }

    private var mayRead: Bool {
        (context?.channel.isWritable ?? false)
            && machine.waitingByteCount < Self.waitingByteLimit
            && (store?.waitingByteCount ?? 0) < Self.waitingByteLimit
    }

    private func readOn() {
        guard isReadHeld, mayRead else { return }
        isReadHeld = false
        context?.read()
    }

    private func handle(_ event: SinkEvent) {
        var replies = ByteBuffer()
        var ending: SinkAction?
        var next: SinkEvent? = event
        while let event = next {
            next = nil
            let actions = machine.handle(event)
            for action in actions { perform(action, &replies) }
            ending = actions.last
            if case .store(let message) = ending {
                self.message = message
                // Without a place to store it the message is accepted now, and what came along with it follows.
                if let store { store.perform(.commit) } else { next = .stored(reply: accept()) }
            }
        }
        guard let context else { return }
        let sent = replies.readableBytes > 0 ? context.writeAndFlush(wrapOutboundOut(replies)) : nil
        switch ending {
        case .pause(let duration): wait(duration)
        case .close: close(context, after: sent)
        default: break
        }
        readOn()
    }

    private func perform(_ action: SinkAction, _ replies: inout ByteBuffer) {
        switch action {
        case .reply(let line):
            replies.writeString(line)
            replies.writeStaticString("\r\n")
        case .open(let envelope):
            content = []
            store?.perform(.open(head: envelope.head))
        case .keep(let bytes):
            if reportsContent { content += bytes.readableBytesView }
            store?.perform(.append(bytes))
        case .discard:
            content = []
            store?.perform(.discard)
        case .store, .pause, .close:
            break
        }
    }

    private func report(isStored: Bool) {
        handle(.stored(reply: isStored ? accept() : Self.refusal))
    }

    /// Takes the message for good; returns the reply.
    private func accept() -> String {
        guard var message else { return Self.refusal }
        message.content = content
        self.message = nil
        content = []
        accepted(message)
        return "250 2.0.0 accepted"
    }

    private func wait(_ duration: Duration) {
        pause = loop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) { [weak self] in
            guard let self else { return }
            handle(.paused)
        }
    }

    private func close(_ context: ChannelHandlerContext, after sent: EventLoopFuture<Void>?) {
        guard let sent else { return context.close(promise: nil) }
        let channel = context.channel
        sent.whenComplete { _ in channel.close(promise: nil) }
    }
}
