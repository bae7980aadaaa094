// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import SMTPProtocol

/// Drives one ``SessionMachine`` over a channel: reports to it what happens, performs what it decides.
///
/// It decides nothing itself. Belongs to its event loop.
///
/// With STARTTLS the handler of TLS is put before this one in the very turn in which the machine has accepted the
/// relay's go-ahead. Clear text cannot pass it by: what came in one piece with the go-ahead the machine has refused,
/// what comes later goes through TLS first, and this handler keeps no bytes of its own.
final class SessionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let settings: ConnectionSettings
    private let tls: TLSClient?
    private let pacer: NIOLoopBoundBox<TransferPacer>?
    private let tolerance: OverlapTolerance
    private var trace: SessionTrace?
    private let loop: any EventLoop
    private let status = SessionStatus()
    private lazy var timer = PhaseTimer(loop: loop) { [weak self] in self?.timeRanOut() }
    private var machine: SessionMachine
    private var context: ChannelHandlerContext?
    private var login: LoginDriver?
    /// With implicit TLS the session begins when the handshake is done.
    private var awaitsImplicitTLS: Bool
    private var hasUnflushedWrites = false
    private var readiness: Result<ReadySession, RelayFault>?
    private var readyWaiter: CheckedContinuation<Result<ReadySession, RelayFault>, Never>?
    /// The transactions that were asked for and have no outcome yet.
    private var running = CircularBuffer<RunningTransaction>()
    private var finishedCount = 0
    private var command: RunningCommand?
    private var sender: (place: Int, content: ContentSender)?

    init(
        settings: ConnectionSettings,
        tls: TLSClient?,
        pacer: NIOLoopBoundBox<TransferPacer>?,
        tolerance: OverlapTolerance,
        trace: SessionTrace?,
        loop: any EventLoop
    ) {
        self.settings = settings
        self.tls = tls
        self.pacer = pacer
        self.tolerance = tolerance
        self.trace = trace
        self.loop = loop
        var session = settings.session
        session.overlapsTransactions = tolerance.isGranted
        machine = SessionMachine(settings: session)
        awaitsImplicitTLS = settings.security == .implicitTLS
    }

    // MARK: What the connection asks for

    /// Tells when the session can take mail, or why it never will; asked once.
    func whenReady(_ waiter: CheckedContinuation<Result<ReadySession, RelayFault>, Never>) {
        if let readiness { waiter.resume(returning: readiness) } else { readyWaiter = waiter }
    }

    /// Begins a transaction as soon as those before it allow; its waiter gets exactly one outcome.
    func begin(_ transaction: MailTransaction, _ next: RunningTransaction) {
        guard command == nil else {
            next.waiter.resume(returning: .relayFault(closedFault))
            return
        }
        // A session that has ended says for which fault it did.
        running.append(next)
        if running.count == 1 { timer.beginOperation(settings.timeouts.operation) }
        handle(.transactionRequested(transaction))
    }

    /// Sends a command outside of a transaction, whose waiter gets exactly one reply or fault.
    func begin(_ line: Command, _ next: RunningCommand) {
        guard running.isEmpty, command == nil else {
            next.waiter.resume(returning: .failure(closedFault))
            return
        }
        command = next
        handle(.commandRequested(line))
    }

    /// Gives up a transaction or a command, and the session with it, unless it has ended meanwhile.
    func giveUp(_ serial: Int) {
        if running.contains(where: { $0.serial == serial }) || command?.serial == serial { quit() }
    }

    /// Ends the session: with QUIT where nothing is under way, else at once.
    func quit() {
        if awaitsImplicitTLS {
            handle(.tlsFailed(.givenUp(in: .tlsHandshake)))
        } else {
            handle(.quitRequested)
        }
    }

    // MARK: What the channel reports

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        handle(.connectionClosed(nil))
        end()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        timer.beginOperation(settings.timeouts.operation)
        if awaitsImplicitTLS {
            timer.start(settings.timeouts[.tlsHandshake])
        } else {
            handle(.connected)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        trace?.received(bytes, isLoggingIn: login != nil)
        handle(.bytesReceived(bytes))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { handshakeEnded() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOSSLError.uncleanShutdown:
            // Closed without a goodbye in TLS, as many relays do. SMTP says itself where everything ends.
            return
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            if let tls { handle(.tlsFailed(tls.fault(error, certificate: tlsHandler?.peerCertificate))) }
        default:
            handle(.connectionClosed(SystemReason.text(of: error)))
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        handle(.connectionClosed(nil))
        end()
        context.fireChannelInactive()
    }

    private func timeRanOut() {
        if awaitsImplicitTLS, let tls { handle(.tlsFailed(tls.timeoutFault)) } else { handle(.phaseTimedOut) }
    }

    // MARK: To the machine and back

    private func handle(_ event: SessionEvent) {
        let actions = machine.handle(event)
        let isLast = if case .close = actions.last { true } else { false }
        // First of all: whoever is told of an outcome below may ask at once whether the session is still open.
        if isLast { status.end() }
        var farewell: EventLoopFuture<Void>?
        for action in actions {
            switch action {
            case .write(let bytes): farewell = write(bytes, isAwaited: isLast)
            case .startTLS: startTLS()
            case .beginSASL(let mechanism): beginLogin(mechanism)
            case .continueSASL(let challenge): login?.resume(challenge)
            case .sendContent(let place): sendContent(.dotted, of: place)
            case .sendChunk(let place): sendContent(.chunked, of: place)
            case .stopContent: stopContent()
            case .startTimer(_, let duration): timer.start(duration)
            case .cancelTimer: timer.stop()
            case .ready(let facts): becomeReady(facts)
            case .avoidOverlap: tolerance.withdraw()
            case .finishTransaction(let outcome): finish(outcome)
            case .finishCommand(let result): finish(result)
            case .fail(let fault): fail(fault)
            case .close: close(after: farewell)
            }
        }
        flush()
    }

    private func write(_ bytes: ByteBuffer, isAwaited: Bool) -> EventLoopFuture<Void>? {
        guard let context else { return nil }
        trace?.sent(bytes, isLoggingIn: login != nil)
        hasUnflushedWrites = true
        guard isAwaited else {
            context.write(wrapOutboundOut(bytes), promise: nil)
            return nil
        }
        return context.write(wrapOutboundOut(bytes))
    }

    private func flush() {
        guard hasUnflushedWrites else { return }
        hasUnflushedWrites = false
        context?.flush()
    }

    private func becomeReady(_ facts: SessionFacts) {
        login = nil
        timer.endOperation()
        settle(.success(ReadySession(facts: facts, tlsVersion: tlsVersion, status: status)))
    }

    private func fail(_ fault: RelayFault) {
        settle(.failure(fault))
    }

    private func settle(_ result: Result<ReadySession, RelayFault>) {
        guard readiness == nil else { return }
        readiness = result
        readyWaiter?.resume(returning: result)
        readyWaiter = nil
    }

    private func finish(_ outcome: TransactionOutcome) {
        guard let ended = running.popFirst() else { return }
        finishedCount += 1
        timer.endOperation()
        if !running.isEmpty { timer.beginOperation(settings.timeouts.operation) }
        if let sender, sender.place < finishedCount { stopContent() }
        ended.waiter.resume(returning: outcome)
    }

    private func finish(_ result: Result<Reply, RelayFault>) {
        let ended = command
        command = nil
        ended?.waiter.resume(returning: result)
    }

    /// Closes the connection, once what was written along with this decision has gone out or the time for a goodbye
    /// is over.
    private func close(after farewell: EventLoopFuture<Void>?) {
        settle(.failure(.givenUp(in: .connect)))
        guard let channel = context?.channel else { return }
        guard let farewell else { return channel.close(promise: nil) }
        flush()
        let limit = loop.scheduleTask(in: TimeAmount(settings.timeouts[.quit])) {
            channel.close(promise: nil)
        }
        farewell.whenComplete { _ in
            limit.cancel()
            channel.close(promise: nil)
        }
    }

    /// The connection is gone: whoever still waits is told.
    private func end() {
        status.end()
        timer.shutDown()
        settle(.failure(closedFault))
        while !running.isEmpty { finish(.relayFault(closedFault)) }
        finish(.failure(closedFault))
    }

    private var closedFault: RelayFault {
        RelayFault(kind: .connectionLost, phase: .idle, code: nil, text: "the connection is closed")
    }

    // MARK: TLS

    private var tlsHandler: NIOSSLClientHandler? {
        try? context?.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
    }

    private var tlsVersion: String? {
        switch tlsHandler?.tlsVersion {
        case .tlsv1: "TLSv1"
        case .tlsv11: "TLSv1.1"
        case .tlsv12: "TLSv1.2"
        case .tlsv13: "TLSv1.3"
        case nil: nil
        }
    }

    private func handshakeEnded() {
        guard let tls else { return }
        if let objection = tls.objection(to: tlsHandler?.peerCertificate) {
            return handle(.tlsFailed(objection))
        }
        handle(awaitsImplicitTLS ? .connected : .tlsEstablished)
        awaitsImplicitTLS = false
    }

    private func startTLS() {
        guard let tls, let context else { return }
        do {
            // The handshake begins as soon as the handler is in its place.
            try context.pipeline.syncOperations.addHandler(tls.makeHandler(), position: .first)
        } catch {
            handle(.tlsFailed(tls.fault(error, certificate: nil)))
        }
    }

    // MARK: Login

    private func beginLogin(_ mechanism: String) {
        guard let credentials = settings.login else { return handle(.saslFailed("no login is configured")) }
        let login = LoginDriver(login: credentials, relay: settings.relay, loop: loop) { [weak self] event in
            self?.handle(event)
        }
        self.login = login
        login.begin(mechanism)
    }

    // MARK: Content

    private func sendContent(_ framing: ContentFraming, of place: Int) {
        if let sender, sender.place == place { return sender.content.send() }
        let index = place - finishedCount
        guard let context, index >= 0, index < running.count else { return }
        let next = ContentSender(
            running[offset: index],
            framing: framing,
            allocator: context.channel.allocator,
            loop: loop,
            pacer: pacer,
            write: { [weak self] in self?.writeContent(of: $0, $1, $2) },
            report: { [weak self] event in self?.handle(event) }
        )
        sender = (place, next)
        next.send()
    }

    private func stopContent() {
        sender?.content.cancel()
        sender = nil
    }

    private func writeContent(of piece: ContentPiece, _ bytes: ByteBuffer, _ promise: EventLoopPromise<Void>?)
    {
        guard let context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        trace?.sentContent(bytes, of: piece)
        context.write(wrapOutboundOut(bytes), promise: promise)
        hasUnflushedWrites = true
        if promise != nil { flush() }
    }
}
