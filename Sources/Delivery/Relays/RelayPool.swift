// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DequeModule
internal import NIOCore
internal import SMTPClient

/// The connections to one relay, and the messages that are ready for them.
///
/// State of the delivery loop, never shared. A reload makes new pools; those before are retired and end with the messages in
/// flight.
final class RelayPool {
    /// A worker that waits for its next message.
    struct Waiter {
        let since: ContinuousClock.Instant
        let continuation: CheckedContinuation<PreparedMessage?, Never>
    }

    /// A message that waits for a connection.
    struct Ready {
        let since: ContinuousClock.Instant
        let message: PreparedMessage
    }

    let settings: RelaySettings
    /// Its position among the relays of the configuration.
    let index: Int
    let connector: RelayConnector
    let metrics: RelayMetrics

    var breaker = BreakerMachine()
    var window: ConnectionWindow
    private(set) var claimAhead: ClaimAheadMachine
    var suspicions = SuspicionTable()
    private(set) var ready: Deque<Ready> = []
    var waiters: Deque<Waiter> = []
    /// Messages on a connection.
    var busyCount = 0
    /// Messages that are being claimed and may be for this relay.
    var claimingCount = 0
    /// The workers that have no connection yet.
    var connectingWorkers: Set<Int> = []
    var isRetired = false
    private var rates: [RateMachine]

    init(settings: RelaySettings, index: Int, loop: any EventLoop, metrics: RelayMetrics) {
        self.settings = settings
        self.index = index
        self.metrics = metrics
        connector = RelayConnector(settings: settings.connection, loop: loop)
        window = ConnectionWindow(limit: settings.connections)
        claimAhead = ClaimAheadMachine(connections: settings.connections)
        rates = settings.rates.map(RateMachine.init)
    }

    var name: String { settings.name }

    /// What the relay bears now, as the admission sees it: as many messages as connections can take soon.
    func admission(now: ContinuousClock.Instant) -> Admission.Relay {
        let underway = ready.count + claimingCount
        let room: Int
        let isUsable: Bool
        switch breaker.allowance(now: now) {
        case .full: (room, isUsable) = (claimAhead.count - underway, true)
        case .probe: (room, isUsable) = (1 - underway - busyCount, false)
        case .none: (room, isUsable) = (0, false)
        }
        return Admission.Relay(
            room: max(0, min(room, rateAllowance(now: now) - underway)),
            isUsable: isUsable,
            weight: settings.weight
        )
    }

    /// Whether so few messages are left for its connections that it is worth to claim more.
    var isLow: Bool { claimAhead.isLow(ready.count + claimingCount) }

    /// Connections to open for the messages that are ready.
    func connectionsToOpen(now: ContinuousClock.Instant) -> Int {
        window.connectionsToOpen(
            waitingMessages: min(ready.count, rateAllowance(now: now)) - waiters.count,
            allowance: breaker.allowance(now: now)
        )
    }

    /// Adds a message for the next connection that is free.
    func add(_ message: PreparedMessage, now: ContinuousClock.Instant) {
        ready.append(Ready(since: now, message: message))
    }

    /// Takes the next ready message, if the rates allow one.
    func takeReady(now: ContinuousClock.Instant) -> PreparedMessage? {
        guard rateAllowance(now: now) > 0, let first = ready.popFirst() else { return nil }
        claimAhead.waited(since: first.since, now: now)
        for index in rates.indices { rates[index].sent(now: now) }
        busyCount += 1
        return first.message
    }

    /// Takes a ready message back from its place, the last one first.
    func takeBack() -> PreparedMessage? { ready.popLast()?.message }

    /// As many messages as there was room for were claimed: too few, if none is left of those before.
    func claimedAll() { if ready.isEmpty { claimAhead.starved() } }

    /// When a rate that is used up allows the next message.
    func nextByRate(now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        rates.compactMap { $0.next(now: now) }.max()
    }

    /// Hands ready messages to workers that wait, the one that has waited least first: the others may go home.
    func handOut(now: ContinuousClock.Instant) {
        while !waiters.isEmpty, let message = takeReady(now: now), let waiter = waiters.popLast() {
            waiter.continuation.resume(returning: message)
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
        while let waiter = waiters.first, now - waiter.since >= settings.idleTimeout {
            waiters.removeFirst()
            waiter.continuation.resume(returning: nil)
        }
    }

    private func rateAllowance(now: ContinuousClock.Instant) -> Int {
        var allowance = Int.max
        for index in rates.indices { allowance = min(allowance, rates[index].allowance(now: now)) }
        return allowance
    }
}
