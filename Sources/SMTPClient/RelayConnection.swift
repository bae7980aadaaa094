// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import NIOCore
package import SMTPProtocol
internal import Synchronization

/// One open session with a relay, ready for transactions.
///
/// Thread-safe; several transactions at a time, of which some may overlap, and each command alone. A fault ends the session, and ``isOpen`` tells it. A connection that nobody
/// holds any more is closed.
package final class RelayConnection: Sendable {
    /// The address that was connected to, such as `192.0.2.7:587`.
    package let peer: String
    /// The TLS version, such as `TLSv1.3`; nil in clear text.
    package let tlsVersion: String?
    /// What the relay offers.
    package let facts: SessionFacts

    private let channel: any Channel
    private let session: NIOLoopBound<SessionHandler>
    private let status: SessionStatus
    private let serial = Atomic(0)
    private let transactionCount = Atomic(0)

    init(channel: any Channel, session: NIOLoopBound<SessionHandler>, peer: String, ready: ReadySession) {
        self.channel = channel
        self.session = session
        self.peer = peer
        facts = ready.facts
        tlsVersion = ready.tlsVersion
        status = ready.status
    }

    deinit {
        channel.close(promise: nil)
    }

    /// How many calls of ``send(_:content:progress:)`` should be under way at a time so that the connection is never without work.
    ///
    /// It is 1 where transactions cannot overlap; more than this many only wait.
    package var pipelineDepth: Int { facts.pipelineDepth }

    /// Whether the session can take another transaction: it stands, and the relay takes as many (RFC 9422, MAILMAX).
    package var isOpen: Bool {
        let limit = facts.capabilities.limits.transactions ?? .max
        return channel.isActive && !status.isEnded && transactionCount.load(ordering: .relaxed) < limit
    }

    /// Sends one message to some recipients.
    ///
    /// What the relay cannot take as it is, is put into a form that it can: a domain beyond ASCII into A-labels, a content of
    /// up to 64 MiB into an encoding of 7 bits and short lines. What has no such form is refused before it is offered.
    ///
    /// May be called again before it has returned: the calls are answered in the order in which they were made. Where the relay
    /// offers PIPELINING the next message goes out before the answer to the one before is there.
    ///
    /// Cancelling the task closes the connection, also for the other calls; the outcomes say what is known then.
    ///
    /// - Parameters:
    ///   - transaction: the envelope, and the facts of the content.
    ///   - content: read from its first byte to its last, and then verified to be unchanged, before its end goes out.
    ///     Memory does not grow with its size.
    ///   - progress: is told, on the event loop, how many bytes of the content were handed over so far: 0 when it
    ///     begins, all of them once, at its end.
    /// - Returns: what became of each recipient, or why nothing did.
    package func send(
        _ transaction: MailTransaction,
        content: any ContentSource,
        progress: (@Sendable (Int64) -> Void)? = nil
    ) async -> TransactionOutcome {
        guard !Task.isCancelled else { return .relayFault(.givenUp(in: .idle)) }
        let isBeyond = transaction.isInternationalised && !facts.capabilities.supports(.smtpUTF8)
        let offered = isBeyond ? transaction.withASCIIDomains : transaction
        guard let obstacle = ContentObstacle(transaction.content, facts.capabilities) else {
            return await perform(offered, content, progress)
        }
        return await reencode(offered, content, obstacle, progress)
    }

    /// Sends a message whose content must be re-encoded.
    private func reencode(
        _ transaction: MailTransaction,
        _ content: any ContentSource,
        _ obstacle: ContentObstacle,
        _ progress: (@Sendable (Int64) -> Void)?
    ) async -> TransactionOutcome {
        func refused(_ problem: String) -> TransactionOutcome {
            .settled(transaction.recipients.map { _ in obstacle.refusal(because: problem) })
        }
        guard content.byteCount <= ReencodedContent.byteLimit else {
            return refused("it is larger than \(ReencodedContent.byteLimit >> 20) MiB")
        }
        do {
            let reencoded = try await ReencodedContent(content)
            var changed = transaction
            changed.content = reencoded.facts
            return await perform(changed, reencoded) { position in
                progress?(reencoded.originalPosition(of: position))
            }
        } catch let error as ReencodingError {
            return refused(error.summary)
        } catch {
            return Task.isCancelled ? .relayFault(.givenUp(in: .idle)) : .contentFailed("\(error)")
        }
    }

    private func perform(
        _ transaction: MailTransaction,
        _ content: any ContentSource,
        _ progress: (@Sendable (Int64) -> Void)?
    ) async -> TransactionOutcome {
        transactionCount.add(1, ordering: .relaxed)
        return await whileNotCancelled { session, serial, waiter in
            let running = RunningTransaction(
                serial: serial,
                content: content,
                progress: progress,
                waiter: waiter
            )
            session.begin(transaction, running)
        }
    }

    /// Sends a command outside of a transaction.
    ///
    /// Cancelling the task closes the connection.
    ///
    /// - Parameter command: such as VRFY; one that cannot be sent as one line is refused, and the session goes on.
    /// - Returns: the reply, whatever it says, with all its lines; or why there is none.
    package func perform(_ command: Command) async -> Result<Reply, RelayFault> {
        guard !Task.isCancelled else { return .failure(.givenUp(in: .idle)) }
        return await whileNotCancelled { session, serial, waiter in
            session.begin(command, RunningCommand(serial: serial, waiter: waiter))
        }
    }

    /// Begins something on the event loop and waits for its end, which comes soon when the task is cancelled.
    ///
    /// On the event loop it begins at once. The isolation is named because the closure would not inherit it otherwise, and
    /// each message would change threads twice.
    private func whileNotCancelled<End: Sendable>(
        isolation: isolated (any Actor)? = #isolation,
        _ begin: @escaping @Sendable (SessionHandler, Int, CheckedContinuation<End, Never>) -> Void
    ) async -> End {
        let serial = serial.add(1, ordering: .relaxed).newValue
        let loop = channel.eventLoop
        let session = session
        return await withTaskCancellationHandler {
            _ = isolation
            return await withCheckedContinuation { waiter in
                if loop.inEventLoop {
                    begin(session.value, serial, waiter)
                } else {
                    loop.execute { begin(session.value, serial, waiter) }
                }
                // Cancelled before that, it was given up before it began.
                if Task.isCancelled { loop.execute { session.value.giveUp(serial) } }
            }
        } onCancel: {
            loop.execute { session.value.giveUp(serial) }
        }
    }

    /// Says QUIT and closes.
    ///
    /// Returns when the connection is closed, within the time-out for QUIT.
    package func close() async {
        let session = session
        channel.eventLoop.execute { session.value.quit() }
        try? await channel.closeFuture.get()
    }
}
