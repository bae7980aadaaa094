// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Logging
internal import MailMessage
package import NIOCore
internal import SMTPClient
package import Spool

/// Delivers one queue directory to its relays: claims what is due, sends it, records what happened.
///
/// The actor runs on one event loop, the delivery loop, together with its connections. It decides nothing by itself: the
/// ``Agenda`` says what is due, the ``RoutingTable`` and the ``Admission`` which relay takes it, the ``BreakerMachine`` and the
/// ``ConnectionWindow`` what each relay bears, ``ResolutionRules`` what an answer means. File work happens on threads of its
/// own, in batches.
///
/// ```
/// watch ─► agenda ─► read, route, claim (file threads) ─► pool of a relay ─► worker = connection ─► next group or verdict
///    ▲                                                                                                     │
///    └────────────────────────────────── resolve (file threads) ◄──────────────────────────────────────────┘
/// ```
package actor DeliveryService {
    enum Phase {
        case starting
        case running
        case stopping
        case stopped
    }

    /// A message with what is to become of it, not yet on disk.
    struct Unresolved {
        let message: PreparedMessage
        let verdict: ResolutionRules.Verdict
        /// When it was decided: the time of its lines in the journal, however late the disk takes them.
        let decided: Timestamp
        /// When its deferred recipients are due again; nil when there are none.
        let due: ContinuousClock.Instant?
        /// When it may be recorded: later, after a fault of its files.
        var notBefore: ContinuousClock.Instant
    }

    /// The delivery loop: this actor's executor.
    let loop: any EventLoop
    let taskExecutor: LoopTaskExecutor
    let queue: QueueDirectory
    let files: FileWork
    let log: DeliveryLog
    let metrics: DeliveryMetrics
    let observer: any DeliveryObserver
    let clock = ContinuousClock()

    var settings: DeliverySettings
    var phase = Phase.starting
    var generator = SystemRandomNumberGenerator()

    // The queue.
    var lock: QueueLock?
    /// Nil when nothing is reported, and only a scan finds what is new.
    var watch: QueueWatch?
    var watchFault: String?
    var agenda: Agenda
    var claimJobs = 0
    var readingAheadSince: ContinuousClock.Instant?
    var unresolved: [Unresolved] = []
    var resolveJobs = 0
    var isPaused = false
    var localPause = LocalPause()
    var nextRescan: ContinuousClock.Instant
    var nextLook: ContinuousClock.Instant
    var rescanning = false
    var isScanWanted = false
    var looking = false
    var calendarClock = CalendarClockMachine(calendar: .now(), running: .now)

    // The relays.
    var routing: RoutingTable
    var pools: [RelayPool]
    /// Counts the reloads.
    var generation = 0
    var workers: [Int: Task<Void, Never>] = [:]
    var workerSerial = 0
    var rateTimer: Scheduled<Void>?
    var reportDesk: ReportDesk

    // Telling the outside.
    var lastStatus: DaemonStatus?
    var startedAt = Timestamp.now()
    var stop: StopMachine?
    var idle = IdleMachine()
    var census = QueueCensus()
    /// Nil while one is taken.
    var nextCensus: ContinuousClock.Instant?
    var stopped: CheckedContinuation<Void, Never>?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    /// A service that is not yet running.
    ///
    /// - Parameters:
    ///   - settings: what to deliver and where to. The queue directory itself is `queue`.
    ///   - queue: the opened queue directory.
    ///   - group: event loops; the first loop it gives runs the service and its connections.
    ///   - log: where the log lines go.
    ///   - metrics: where counters, gauges and histograms go.
    ///   - observer: who is told about progress.
    package init(
        settings: DeliverySettings,
        queue: QueueDirectory,
        group: any EventLoopGroup,
        log: DeliveryLog,
        metrics: DeliveryMetrics = .none,
        observer: any DeliveryObserver
    ) {
        self.settings = settings
        queue.apply(settings.localAddresses)
        self.queue = queue
        self.loop = group.next()
        self.taskExecutor = LoopTaskExecutor(loop)
        self.files = FileWork(queue, threadCount: 4)
        self.log = log
        self.metrics = metrics
        self.observer = observer
        self.routing = settings.routing
        self.reportDesk = ReportDesk(settings.reports)
        self.pools = Self.pools(settings, loop: loop, metrics)
        self.agenda = Agenda(start: clock.now)
        self.nextRescan = clock.now + Self.scanInterval
        self.nextLook = clock.now + Self.lookInterval
        self.nextCensus = clock.now
    }

    private static func pools(
        _ settings: DeliverySettings,
        loop: any EventLoop,
        _ metrics: DeliveryMetrics
    ) -> [RelayPool] {
        settings.relays.enumerated().map {
            RelayPool(settings: $1, index: $0, loop: loop, metrics: metrics.relay($1.name))
        }
    }

    /// The time between two scans of the directory that nothing asked for.
    static let scanInterval = Duration.seconds(300)
    /// The time between two looks whether the directory is still the same; without a watch it is scanned then.
    static let lookInterval = Duration.seconds(5)

    /// Runs until ``requestStop()`` and the work in flight are done.
    ///
    /// - Throws: `SpoolError` when the directory is locked by another process or cannot be recovered or listed.
    package func run() async throws(SpoolError) {
        try await takeOver()
        startWatching()
        await rescan()
        phase = .running
        observer.deliveryStarted()
        let ticker = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .seconds(1)) { _ in
            self.assumeIsolated { $0.tick() }
        }
        await withCheckedContinuation { continuation in
            stopped = continuation
            settleStop()
        }
        ticker.cancel()
        measure()
        watch?.stop()
        await files.stop()
        lock = nil
    }

    /// Asks the service to stop: nothing new is claimed, transactions in flight are finished within the grace time, the
    /// rest goes back to the queue.
    package func requestStop() {
        guard phase == .running || phase == .starting else { return }
        phase = .stopping
        stop = StopMachine(grace: settings.stopGrace, now: clock.now)
        for pool in pools { release(pool) }
        settleStop()
    }

    /// Takes new settings.
    ///
    /// Connections with old ones end after the message they are sending; queued mail uses the new ones.
    ///
    /// The queue directory itself cannot change while the service runs; that part of `newSettings` is ignored.
    package func reload(_ newSettings: DeliverySettings) {
        settings = newSettings
        queue.apply(newSettings.localAddresses)
        for pool in pools {
            pool.isRetired = true
            if !newSettings.relays.contains(where: { $0.name == pool.name }) { pool.metrics.retire() }
            release(pool)
        }
        generation += 1
        pools = Self.pools(newSettings, loop: loop, metrics)
        routing = newSettings.routing
        reportDesk.policy = newSettings.reports
        agenda.forgetRoutes()
        pump()
    }

    /// Takes from a pool what is not being sent: its messages go back to the queue, its idle workers home.
    private func release(_ pool: RelayPool) {
        returnReady(of: pool)
        pool.dismissWaiters()
        for worker in pool.connectingWorkers { workers[worker]?.cancel() }
    }

    /// Once a second: the heartbeat, what became due, idle connections, the status.
    private func tick() {
        let now = clock.now
        observer.heartbeat()
        checkCalendarClock()
        for pool in pools {
            pool.window.grow(now: now)
            pool.dismissIdleWaiters(now: now)
        }
        for action in stop?.tick(remaining: agenda.inWorkCount + workers.count, now: now) ?? [] {
            switch action {
            case .abandonTransactions: for worker in workers.values { worker.cancel() }
            case .askForTime(let time): observer.stopContinues(for: time)
            }
        }
        if phase == .running {
            if now >= nextLook { Task { await lookAtDirectory() } }
            if now >= nextRescan { Task { await rescan() } }
            if idle.isOver(isEmpty: isWithoutMail, limit: settings.exitWhenIdle, now: now) {
                Task { await endForLackOfMail() }
            }
            if metrics.isShown, let nextCensus, now >= nextCensus { Task { await takeCensus() } }
        }
        pump()
        publishStatus()
    }

    /// Moves whatever can move: resolves, claims, hands out, connects.
    func pump() {
        resolveMore()
        claimMore()
        readAhead()
        for pool in pools {
            pool.handOut(now: clock.now)
            connectMore(pool)
        }
        awaitRates()
        settleStop()
    }

    /// Ends ``run()`` when a stop was asked for and nothing is in flight any more.
    func settleStop() {
        guard phase == .stopping, workers.isEmpty, claimJobs == 0, resolveJobs == 0, unresolved.isEmpty,
            pools.allSatisfy(\.ready.isEmpty)
        else { return }
        phase = .stopped
        stopped?.resume()
        stopped = nil
    }
}
