// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import NIOCore
internal import SMTPClient
internal import SMTPProtocol
internal import Spool

/// The relays' side of the service: connections, each a worker, and what their transactions bring.
extension DeliveryService {
    // MARK: Workers

    /// Opens connections as messages wait and the relay bears them.
    func connectMore(_ pool: RelayPool) {
        guard phase == .running else { return }
        for _ in 0..<pool.connectionsToOpen(now: clock.now) {
            workerSerial += 1
            let worker = workerSerial
            pool.window.openingStarted()
            pool.connectingWorkers.insert(worker)
            // One call of the actor and nothing more: what stands around it would be done on another thread.
            workers[worker] = Task(executorPreference: taskExecutor) { [index = pool.index, generation] in
                await self.run(worker, relay: index, generation: generation)
            }
        }
    }

    /// Looks again when a used-up rate allows the next message.
    func awaitRates() {
        guard rateTimer == nil, phase == .running,
            let time = pools.compactMap({ $0.nextByRate(now: clock.now) }).min()
        else { return }
        let wait = time - clock.now
        rateTimer = loop.scheduleTask(in: .init(wait)) {
            self.assumeIsolated {
                $0.rateTimer = nil
                $0.pump()
            }
        }
    }

    /// The life of one connection, from opening to QUIT.
    private func run(_ worker: Int, relay: Int, generation: Int) async {
        guard generation == self.generation else {
            workers[worker] = nil
            return pump()
        }
        await run(worker, of: pools[relay])
    }

    private func run(_ worker: Int, of pool: RelayPool) async {
        defer {
            workers[worker] = nil
            pool.connectingWorkers.remove(worker)
            pump()
        }
        let connection: RelayConnection
        do throws(RelayFault) {
            connection = try await pool.connector.connect()
        } catch {
            connectingFailed(error, of: pool)
            return
        }
        pool.window.opened()
        pool.metrics.connected()
        pool.connectingWorkers.remove(worker)
        pool.handOut(now: clock.now)
        await serve(connection, of: pool)
        pool.window.closed()
        await connection.close()
    }

    /// Sends messages over a connection, as many at a time as it bears, until it is to be closed.
    ///
    /// Another message is added to those under way only when it is ready: idle connections come first.
    private func serve(_ connection: RelayConnection, of pool: RelayPool) async {
        let limit = min(
            pool.settings.messagesPerConnection == 0 ? .max : pool.settings.messagesPerConnection,
            connection.facts.capabilities.limits.transactions ?? .max
        )
        let relay = pool.settings
        await withTaskGroup(of: (PreparedMessage, AttemptResult).self) { group in
            var taken = 0
            var answered = 0
            repeat {
                while taken < limit, taken - answered < connection.pipelineDepth, connection.isOpen,
                    !pool.isRetired,
                    let message = taken == answered ? await nextMessage(of: pool) : readyMessage(of: pool)
                {
                    taken += 1
                    group.addImmediateTask {
                        // Nothing after it: that would be done on another thread.
                        await self.attempt(message, over: connection, relay)
                    }
                }
                guard let (message, result) = await group.next() else { return }
                completed(message, result, isFresh: answered == 0, pool)
                answered += 1
            } while true
        }
    }

    /// A message that waits for a connection; nil when none does.
    private func readyMessage(of pool: RelayPool) -> PreparedMessage? {
        phase == .running ? pool.takeReady(now: clock.now) : nil
    }

    /// The next message for a worker; nil tells it to hang up.
    private func nextMessage(of pool: RelayPool) async -> PreparedMessage? {
        if let message = readyMessage(of: pool) { return message }
        return await withCheckedContinuation { continuation in
            // Asked here: other work may have come in between on the way to this point.
            guard phase == .running, !pool.isRetired else { return continuation.resume(returning: nil) }
            pool.waiters.append(.init(since: clock.now, continuation: continuation))
            pump()
        }
    }

    private func connectingFailed(_ fault: RelayFault, of pool: RelayPool) {
        if pool.window.refused(now: clock.now) {
            log.windowLowered(pool.name, fault: fault, window: pool.window.window)
        } else if !pool.isRetired, phase == .running {
            relayFaulted(fault, of: pool)
        }
    }

    /// Opens the breaker; what was claimed and not sent goes to another relay, or waits in the queue again.
    private func relayFaulted(_ fault: RelayFault, of pool: RelayPool) {
        let wasClosed = pool.breaker.isClosed
        let wait = pool.breaker.faulted(fault, now: clock.now, using: &generator)
        pool.metrics.faulted(fault)
        if wasClosed || pool.breaker.fault?.kind != fault.kind {
            log.relayDown(pool.name, fault: fault, wait: wait)
        }
        while let message = pool.takeBack() { advance(message) }
        resolveMore()
    }

    // MARK: Transactions

    /// One attempt on the group of recipients whose turn it is.
    private func attempt(
        _ message: PreparedMessage,
        over connection: RelayConnection,
        _ relay: RelaySettings
    ) async -> (PreparedMessage, AttemptResult) {
        let start = clock.now
        let facts: ContentFacts
        do {
            facts =
                if let known = message.facts { known } else { try await files.scan(message.claimed.content) }
        } catch {
            var result = AttemptResult(relay: relay.name, peer: connection.peer, tls: connection.tlsVersion)
            result.contentProblem = "\(error)"
            return (message, result)
        }
        var result = await AttemptResult.sending(
            message.claimed,
            for: message.nextGroup?.recipients ?? [],
            facts,
            over: connection,
            to: relay
        )
        result.duration = clock.now - start
        return (message, result)
    }

    private func completed(
        _ message: PreparedMessage,
        _ attempt: AttemptResult,
        isFresh: Bool,
        _ pool: RelayPool
    ) {
        pool.busyCount -= 1
        let recipients = message.nextGroup?.recipients ?? []
        var result = attempt
        if let fault = result.fault {
            note(fault, isFresh: isFresh, of: pool)
            if phase == .running, fault.phase.isWithinTransaction, pool.suspicions.faulted(message.stem) {
                result.deferRest(of: recipients, reason: fault.text)
            }
        } else if let problem = result.contentProblem {
            result.deferRest(of: recipients, reason: problem)
        } else if !pool.isRetired {
            pool.suspicions.transactionAnswered()
            if pool.breaker.transactionAnswered() { log.relayUp(pool.name) }
        }
        pool.metrics.attempted(result)
        var message = message
        message.results.append(result)
        advance(message)
        pump()
    }

    /// Sends the message on to the relay of its next group, or ends the attempt.
    ///
    /// A group that no relay is there for now is left out: it stays due.
    func advance(_ message: PreparedMessage) {
        var message = message
        while phase == .running, !isPaused, message.generation == generation, let group = message.nextGroup {
            guard let route = group.route else {
                var result = AttemptResult(
                    relay: message.claimed.options.relay ?? "none",
                    peer: nil,
                    tls: nil
                )
                result.deferRest(of: group.recipients, reason: "the configuration has no such relay")
                message.results.append(result)
                continue
            }
            if let relay = admission().relayAtOnce(for: route, using: &generator) {
                pools[relay].add(message, now: clock.now)
                return
            }
            message.results.append(AttemptResult(relay: "", peer: nil, tls: nil))
        }
        conclude(message)
    }

    /// Ends the attempt with what it has brought.
    func conclude(_ message: PreparedMessage) {
        let now = Timestamp.now()
        let verdict = rules.verdict(on: message.results, of: message.ruleFacts, now: now, using: &generator)
        settle(message, by: verdict, now: now)
    }

    /// A fault in a transaction.
    ///
    /// A connection that had served before may just have been closed for its age or number of messages: that
    /// is no fault of the relay, a new connection is opened.
    private func note(_ fault: RelayFault, isFresh: Bool, of pool: RelayPool) {
        let isHangUp = fault.kind == .connectionLost || fault.kind == .serviceClosing
        guard !pool.isRetired, phase == .running, isFresh || !isHangUp else { return }
        relayFaulted(fault, of: pool)
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
