// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// The client's side of an SMTP session as a value: what happened goes in, what is to be done comes out.
///
/// ```
/// initial ─ connected ─► awaitingGreeting ─ 220 ─► awaitingEHLO ─ 250 ─┬─► awaitingStartTLS ─ 220 ─► negotiatingTLS
///                                     awaitingHELO ◄─ 5xx ─┘  ▲        │                                  │
///                                                             └────────┼────────── tlsEstablished ────────┘
///                                                                      ▼
///      closed ◄─ quitting ◄─ quitRequested ─ idle ◄──────── 235 ── loggingIn
///                                            │  ▲
///                        transactionRequested│  │ the last verdict
///                                            ▼  │
///                                         transacting
/// ```
///
/// Guarantees:
/// - Every transaction that was asked for ends in exactly one ``SessionAction/finishTransaction(_:)``, in the order in which they
///   were asked for; every command in exactly one ``SessionAction/finishCommand(_:)``.
/// - Nobody is `delivered` but by a 2xx to the final dot or the last chunk; a session that breaks between the two says so.
/// - Nothing is sent in clear text when TLS is demanded, nor without a login when one is demanded, but what leads there.
/// - A reply counts only for a command sent before it arrived. Bytes beyond the reply that was awaited are never taken
///   for the answer to the next command: the session ends (CVE-2021-38371 and its relatives).
/// - After ``SessionAction/close`` there are no more actions, but the refusal of further transactions and commands.
///
/// No I/O, no clock, no randomness. Not thread-safe: one driver owns it.
///
/// - SeeAlso: RFC 5321 §4.3, RFC 2920, RFC 3030, RFC 3207, RFC 4954
package struct SessionMachine: ~Copyable {
    /// Where the session stands.
    enum State {
        /// → awaitingGreeting on connected
        case initial
        /// → awaitingEHLO or awaitingHELO on 220; → closed on anything else
        case awaitingGreeting
        /// → awaitingStartTLS, loggingIn or idle on 2xx; → awaitingHELO on 5xx where that is allowed; → closed
        case awaitingEHLO
        /// → idle on 2xx; → closed
        case awaitingHELO
        /// → negotiatingTLS on 220; → closed
        case awaitingStartTLS
        /// → awaitingEHLO on tlsEstablished; → closed, also on any byte that comes before
        case negotiatingTLS
        /// → idle on 235; → closed
        case loggingIn(LoginPhase)
        /// → transacting; → commanding; → quitting; → closed on anything the server says
        case idle
        /// → idle on the verdict on the last transaction; → closed
        case transacting(PipelinePhase)
        /// → idle on a reply; → closed
        case commanding
        /// → closed
        case quitting
        /// no exit
        case closed
    }

    let settings: SessionSettings
    var capabilities = Capabilities.none
    var isSecured = false
    var loginMechanism: String?
    /// The replies that are still to come for what was sent; the greeting counts as the reply to connecting.
    var awaitedReplyCount = 0
    /// The transactions that have ended.
    var finishedCount = 0
    /// Why the session was closed, if it was closed by a fault.
    var fault: RelayFault?
    private var state = State.initial
    private var parser: ReplyParser
    private var received = ByteBuffer()
    private var isTimerRunning = false

    /// A session that has not begun.
    package init(settings: SessionSettings) {
        self.settings = settings
        parser = ReplyParser(limits: settings.replyLimits)
    }

    /// Takes in what happened; returns what is to be done, in order.
    package mutating func handle(_ event: SessionEvent) -> [SessionAction] {
        var actions: [SessionAction] = []
        var isProgress = true
        if case .bytesReceived(let bytes) = event {
            isProgress = receive(bytes, &actions)
        } else {
            if case .transacting = state, case .transactionRequested = event { isProgress = false }
            state = advance(takeState(), on: event, &actions)
            switch event {
            // The response that came with it has started the timer.
            case .saslFinished, .saslRefused: isProgress = false
            default: break
            }
        }
        state = beginTransactions(takeState(), &actions)
        if let phase = state.timedPhase {
            if isProgress {
                actions.insert(.startTimer(phase, settings.timeouts[phase]), at: 0)
                isTimerRunning = true
            }
        } else if isTimerRunning {
            actions.insert(.cancelTimer, at: 0)
            isTimerRunning = false
        }
        return actions
    }

    /// Moves the state out, so that a transition owns it alone.
    ///
    /// Each transition returns the state that takes its place.
    private mutating func takeState() -> State {
        exchange(&state, with: .closed)
    }

    // MARK: Bytes

    /// Takes in bytes; returns whether they completed a reply.
    ///
    /// A piece of a reply is no progress: a server that sends a byte a minute must not hold a session
    /// forever.
    private mutating func receive(_ bytes: ByteBuffer, _ actions: inout [SessionAction]) -> Bool {
        if received.readableBytes == 0 {
            received = bytes
        } else {
            received.writeImmutableBuffer(bytes)
        }
        var isProgress = false
        while state.readsReplies {
            do throws(ReplyError) {
                guard let reply = try parser.parse(&received) else { break }
                receive(reply, &actions)
            } catch {
                fail(violation(error.summary), &actions)
            }
            isProgress = true
        }
        if case .negotiatingTLS = state, received.readableBytes > 0 {
            fail(unsolicitedFault(), &actions)
        }
        if state.readsReplies, received.readableBytes > 0 {
            received.discardReadBytes()
        } else {
            received = ByteBuffer()
        }
        return isProgress
    }

    private mutating func receive(_ reply: Reply, _ actions: inout [SessionAction]) {
        guard awaitedReplyCount > 0 || state.takesEarlyReply else {
            return fail(ReplyClassifier.judgeUnsolicited(reply, in: state.phase), &actions)
        }
        awaitedReplyCount = max(awaitedReplyCount - 1, 0)
        guard awaitedReplyCount == 0, received.readableBytes > 0 else {
            state = advance(takeState(), on: reply, &actions)
            return
        }
        // The server goes on without being asked. This reply counts; what it would lead to is not begun.
        var following: [SessionAction] = []
        state = advance(takeState(), on: reply, &following)
        let isClosed = if case .closed = state { true } else { false }
        actions += following.filter { isClosed || $0.isReport }
        fail(unsolicitedFault(), &actions)
    }

    private mutating func fail(_ fault: RelayFault, _ actions: inout [SessionAction]) {
        state = abandon(takeState(), fault, &actions)
    }

    /// Why the server goes on without being asked: it is closing, or it is broken or hostile.
    private mutating func unsolicitedFault() -> RelayFault {
        if case .negotiatingTLS = state {
            // Somebody put it there for the session under TLS (CVE-2021-38371): not to be read at all.
            return violation("the server sent clear text where TLS was to begin")
        }
        if let reply = try? parser.parse(&received) {
            return ReplyClassifier.judgeUnsolicited(reply, in: state.phase)
        }
        return violation("the server sent more than the reply that was awaited")
    }

    private func violation(_ text: String) -> RelayFault {
        RelayFault(kind: .protocolViolation, phase: state.phase, code: nil, text: text)
    }

    // MARK: Transitions

    private mutating func advance(
        _ state: consuming State,
        on reply: Reply,
        _ actions: inout [SessionAction]
    ) -> State {
        switch consume state {
        case .awaitingGreeting: receiveGreeting(reply, &actions)
        case .awaitingEHLO: receiveEHLOReply(reply, &actions)
        case .awaitingHELO: receiveHELOReply(reply, &actions)
        case .awaitingStartTLS: receiveStartTLSReply(reply, &actions)
        case .loggingIn(var login): perform(login.receive(reply), of: login, &actions)
        case .transacting(var pipeline): perform(pipeline.receive(reply), of: pipeline, &actions)
        case .commanding: receiveCommandReply(reply, &actions)
        case .quitting: close(&actions)
        case .closed: .closed
        case .initial: abandon(.initial, ReplyClassifier.judgeUnsolicited(reply, in: .connect), &actions)
        case .negotiatingTLS:
            abandon(.negotiatingTLS, ReplyClassifier.judgeUnsolicited(reply, in: .tlsHandshake), &actions)
        case .idle: abandon(.idle, ReplyClassifier.judgeUnsolicited(reply, in: .idle), &actions)
        }
    }

    private mutating func advance(
        _ state: consuming State,
        on event: SessionEvent,
        _ actions: inout [SessionAction]
    ) -> State {
        switch event {
        case .connected: connect(state, &actions)
        case .bytesReceived: state
        case .tlsEstablished: establishTLS(state, &actions)
        case .tlsFailed(let fault): abandon(state, fault, &actions)
        case .saslResponse, .saslFinished, .saslRefused, .saslFailed: advanceLogin(state, on: event, &actions)
        case .transactionRequested(let transaction): addTransaction(transaction, state, &actions)
        case .commandRequested(let command): beginCommand(command, state, &actions)
        case .contentProgressed: state
        case .chunkSent: endChunk(state, &actions)
        case .contentSent: endContent(state, &actions)
        case .contentFailed(let reason): failContent(reason, state, &actions)
        case .quitRequested: quit(state, &actions)
        case .phaseTimedOut: timeOut(state, &actions)
        case .connectionClosed(let reason): loseConnection(reason, state, &actions)
        }
    }
}

extension SessionMachine {
    /// Sends a command and goes on to the state in which its reply is awaited.
    mutating func send(
        _ command: Command,
        then next: consuming State,
        _ actions: inout [SessionAction]
    ) -> State {
        var line = ByteBuffer()
        do throws(CommandError) {
            try CommandEncoder.encode(command, into: &line)
        } catch {
            let fault = RelayFault(
                kind: .local,
                phase: next.phase,
                code: nil,
                text: "the \(command) command \(error.summary)"
            )
            return abandon(next, fault, &actions)
        }
        awaitedReplyCount += 1
        actions.append(.write(line))
        return next
    }

    /// Begins to read replies anew, as after the TLS handshake: nothing that came before it remains.
    mutating func forgetReceived() {
        parser = ReplyParser(limits: settings.replyLimits)
        received = ByteBuffer()
    }
}

extension SessionAction {
    /// Whether the action only tells what has happened.
    fileprivate var isReport: Bool {
        switch self {
        case .finishTransaction, .finishCommand: true
        default: false
        }
    }
}
