// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DequeModule
internal import MailMessage
internal import NIOCore
internal import SMTPClient
internal import SMTPProtocol
internal import Spool

/// The relay's side of the service: connections, each a worker, and what their transactions bring.
extension DeliveryService {
    // MARK: Workers

    /// Opens connections as messages wait and the relay bears them.
    func connectMore() {
        guard phase == .running else { return }
        let count = window.connectionsToOpen(
            waitingMessages: ready.count - waiters.count,
            allowance: breaker.allowance(now: clock.now)
        )
        for _ in 0..<count {
            workerSerial += 1
            let worker = workerSerial
            window.openingStarted()
            connectingWorkers.insert(worker)
            workers[worker] = Task(
                executorPreference: taskExecutor
            ) { [relay = settings.relay, connector, generation = relayGeneration] in
                await self.run(worker: worker, relay: relay, connector: connector, generation: generation)
            }
        }
    }

    /// Hands ready messages to workers that wait.
    func handOut() {
        while !ready.isEmpty, let waiter = waiters.popLast(), let message = ready.popFirst() {
            busyCount += 1
            waiter.continuation.resume(returning: message)
        }
    }

    /// The life of one connection, from opening to QUIT.
    private func run(worker: Int, relay: RelaySettings, connector: RelayConnector, generation: Int) async {
        defer {
            workers[worker] = nil
            connectingWorkers.remove(worker)
            pump()
        }
        let connection: RelayConnection
        do throws(RelayFault) {
            connection = try await connector.connect()
        } catch {
            connectingFailed(error, generation: generation)
            return
        }
        window.opened()
        connectingWorkers.remove(worker)
        handOut()
        await serve(connection, by: worker, relay: relay, generation: generation)
        window.closed()
        await connection.close()
    }

    /// Sends messages over a connection, as many at a time as it bears, until it is to be closed.
    ///
    /// Another message is added to those under way only when it is ready: idle connections come first.
    private func serve(
        _ connection: RelayConnection,
        by worker: Int,
        relay: RelaySettings,
        generation: Int
    ) async {
        let limit = min(
            relay.messagesPerConnection == 0 ? .max : relay.messagesPerConnection,
            connection.facts.capabilities.limits.transactions ?? .max
        )
        await withTaskGroup(of: (PreparedMessage, AttemptResult).self) { group in
            var taken = 0
            var answered = 0
            repeat {
                while taken < limit, taken - answered < connection.pipelineDepth, connection.isOpen,
                    generation == relayGeneration,
                    let message = taken == answered ? await nextMessage(for: worker) : readyMessage()
                {
                    taken += 1
                    group.addImmediateTask {
                        // Nothing after it: that would be done on another thread.
                        await self.attempt(message, over: connection, relay: relay)
                    }
                }
                guard let (message, result) = await group.next() else { return }
                completed(message, result, isFresh: answered == 0, relay: relay, generation: generation)
                answered += 1
            } while true
        }
    }

    /// A message that waits for a connection; nil when none does.
    private func readyMessage() -> PreparedMessage? {
        guard phase == .running, let message = ready.popFirst() else { return nil }
        busyCount += 1
        return message
    }

    /// The next message for a worker; nil tells it to hang up.
    private func nextMessage(for worker: Int) async -> PreparedMessage? {
        if let message = readyMessage() { return message }
        return await withCheckedContinuation { continuation in
            // Asked here: other work may have come in between on the way to this point.
            guard phase == .running else { return continuation.resume(returning: nil) }
            waiters.append(Waiter(worker: worker, since: clock.now, continuation: continuation))
            pump()
        }
    }

    /// Sends all waiting workers home.
    func dismissWaiters() {
        while let waiter = waiters.popFirst() { waiter.continuation.resume(returning: nil) }
    }

    /// Sends those home that have waited longer than the idle time.
    ///
    /// The longest waiting stand first.
    func dismissIdleWaiters(now: ContinuousClock.Instant) {
        while let waiter = waiters.first, now - waiter.since >= settings.relay.idleTimeout {
            waiters.removeFirst()
            waiter.continuation.resume(returning: nil)
        }
    }

    private func connectingFailed(_ fault: RelayFault, generation: Int) {
        if window.refused(now: clock.now) {
            log.windowLowered(settings.relay.name, fault: fault, window: window.window)
        } else if generation == relayGeneration, phase == .running {
            relayFaulted(fault)
        }
    }

    /// Opens the breaker; what was claimed and not sent waits in the queue again.
    private func relayFaulted(_ fault: RelayFault) {
        let wasClosed = breaker.isClosed
        let wait = breaker.faulted(fault, now: clock.now, using: &generator)
        if wasClosed || breaker.fault?.kind != fault.kind {
            log.relayDown(settings.relay.name, fault: fault, wait: wait)
        }
        returnReady()
    }

    // MARK: Transactions

    private func attempt(
        _ message: PreparedMessage,
        over connection: RelayConnection,
        relay: RelaySettings
    ) async -> (PreparedMessage, AttemptResult) {
        (message, await transmit(message, over: connection, relay: relay))
    }

    /// One attempt.
    private func transmit(
        _ message: PreparedMessage,
        over connection: RelayConnection,
        relay: RelaySettings
    ) async -> AttemptResult {
        let facts: ContentFacts
        do {
            facts =
                if let known = message.facts { known } else { try await files.scan(message.claimed.content) }
        } catch {
            var result = AttemptResult(relay: relay.name, peer: connection.peer, tls: connection.tlsVersion)
            result.contentProblem = "\(error)"
            return result
        }
        var result = await AttemptResult.sending(message.claimed, facts, over: connection, to: relay.name)
        result.reporting = ReportingRelay(
            host: relay.connection.relay.host,
            offersDSN: connection.facts.capabilities.supports(.deliveryStatusNotifications)
        )
        return result
    }

    private func completed(
        _ message: PreparedMessage,
        _ attempt: AttemptResult,
        isFresh: Bool,
        relay: RelaySettings,
        generation: Int
    ) {
        busyCount -= 1
        var result = attempt
        if let fault = result.fault {
            note(fault, isFresh: isFresh, generation: generation)
            if phase == .running, fault.phase.isWithinTransaction, suspicions.faulted(message.stem) {
                result.deferRest(of: message.claimed.openRecipients, reason: fault.text)
            }
        } else if let problem = result.contentProblem {
            result.deferRest(of: message.claimed.openRecipients, reason: problem)
        } else if generation == relayGeneration {
            suspicions.transactionAnswered()
            if breaker.transactionAnswered() { log.relayUp(relay.name) }
        }
        let now = Timestamp.now()
        let verdict = rules.verdict(on: result, of: message.ruleFacts, now: now, using: &generator)
        settle(message, by: verdict, after: result, now: now)
        pump()
    }

    /// A fault in a transaction.
    ///
    /// A connection that had served before may just have been closed for its age or number of messages: that
    /// is no fault of the relay, a new connection is opened.
    private func note(_ fault: RelayFault, isFresh: Bool, generation: Int) {
        let isHangUp = fault.kind == .connectionLost || fault.kind == .serviceClosing
        guard generation == relayGeneration, phase == .running, isFresh || !isHangUp else { return }
        relayFaulted(fault)
    }
}

extension SessionPhase {
    /// Whether a message is on its way, so that it may be the reason for what happens.
    fileprivate var isWithinTransaction: Bool {
        switch self {
        case .mail, .recipient, .data, .content, .chunk, .finalDot: true
        default: false
        }
    }
}
