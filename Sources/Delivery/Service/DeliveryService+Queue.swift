// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DequeModule
internal import Logging
internal import MailMessage
internal import NIOCore
internal import SMTPProtocol
internal import Spool

/// The queue's side of the service: changes of the directory, claims, resolutions.
extension DeliveryService {
    /// Most messages in one batch of file work: many share a sync of the directory.
    private static let batchSize = 256
    /// Most messages whose answers are not on disk yet, beyond which none are claimed: a crash may send each a second time (G3).
    private static let unrecordedLimit = 512
    /// A batch of this size or less waits for those of its kind that are under way: more will come.
    private static let smallBatch = 16
    /// Most batches of one kind under way at one time.
    private static let batchesAtOnce = 2
    /// How long a file that is still being written is left alone, and how soon a file in doubt is looked at again.
    private static let stillWrittenPause = Duration.seconds(3)
    /// How long unread messages wait for a relay with room before they are read ahead.
    private static let readAheadPause = Duration.seconds(1)
    /// How long a message that the host could not claim makes way for the others: the fault may be of its file alone.
    private static let faultyFilePause = Duration.seconds(10)
    /// How soon a message with recipients for several relays, of which the first has no room, is looked at again.
    private static let mixedPause = Duration.seconds(10)

    // MARK: Changes of the directory

    /// Starts the watch on a thread of its own.
    ///
    /// Without one (no inotify, no watches left) a scan finds new files.
    func startWatching() {
        do throws(SpoolError) {
            let watch = try QueueWatch(queue)
            let isRunning = WatchThread.run(watch) { [loop] changes in
                loop.execute { self.assumeIsolated { $0.note(changes, from: watch) } }
            }
            guard isRunning else { return cannotWatch("no thread is left") }
            self.watch = watch
            if watchFault != nil { log.remark(.notice, "the queue directory is watched again") }
            watchFault = nil
        } catch {
            cannotWatch(error.summary)
        }
    }

    private func cannotWatch(_ reason: String) {
        if watchFault != reason {
            log.remark(
                .warning,
                "cannot watch the queue directory, new files are found by a scan every 5 s: \(reason)"
            )
        }
        watchFault = reason
    }

    private func note(_ changes: [QueueChange], from source: QueueWatch) {
        guard source === watch else { return }
        for change in changes {
            switch change {
            case .appeared(let stem): agenda.appeared(stem)
            case .touched(let stem): agenda.touched(stem)
            case .vanished(let stem): agenda.vanished(stem)
            case .pausedChanged: Task { await readPause() }
            case .rescan: Task { await rescan() }
            case .directoryLost: directoryLost()
            }
        }
        pump()
    }

    private func directoryLost() {
        log.remark(.warning, "the queue directory was moved, deleted or unmounted")
        stopWatching()
        nextLook = clock.now
    }

    private func stopWatching() {
        watch?.stop()
        watch = nil
    }

    /// Takes to the directory that stands at the path now, with a lock and a watch of its own; scans it when it is new, is not
    /// watched, or could not be listed.
    ///
    /// Done every few seconds: of a directory that is deleted while it is open, or mounted over, inotify says nothing.
    func lookAtDirectory() async {
        guard !looking else { return }
        looking = true
        defer { looking = false }
        nextLook = clock.now + Self.lookInterval
        do throws(SpoolError) {
            if try await files.perform({ queue throws(SpoolError) in try queue.followReplacement() }).get() {
                log.remark(
                    .warning,
                    "another directory stands at \(queue.path) now: it is the queue from now on"
                )
                stopWatching()
                lock = nil
            }
            if lock == nil { try await takeOver() }
            if watch == nil {
                startWatching()
            } else if !localPause.isFaulty {
                return
            }
            await rescan()
        } catch {
            localFault(error, in: .looking)
        }
    }

    /// Takes the lock of the directory, and puts right what was left in it.
    ///
    /// It may have been the queue before, and then have gone: what was being sent at that time is still there.
    func takeOver() async throws(SpoolError) {
        let keepQueue = settings.keepQueue
        let inWork = agenda.stemsInWork
        let (lock, report) = try await files.perform { queue throws(SpoolError) in
            let lock = try queue.lock()
            return (lock, try queue.recover(keepQueue: keepQueue, now: .now(), besides: inWork))
        }.get()
        for stem in report.requeued {
            log.recovered(stem)
            metrics.recovered()
        }
        for problem in report.problems { log.remark(.error, "not recovered: \(problem)") }
        self.lock = lock
    }

    /// Lists the directory and takes the listing for the truth.
    func rescan() async {
        isScanWanted = true
        guard !rescanning else { return }
        rescanning = true
        // What is missed while a scan is made may lie behind it: then another one follows.
        while isScanWanted {
            isScanWanted = false
            agenda.listingBegan()
            let result = await files.listQueued { [loop] stems in
                loop.execute { self.assumeIsolated { $0.listed(stems) } }
            }
            nextRescan = clock.now + Self.scanInterval
            switch result {
            case .success:
                succeeded(in: .looking)
                metrics.scanned(now: .now())
                agenda.listingEnded()
            case .failure(let error):
                localFault(error, in: .looking)
            }
        }
        rescanning = false
        await readPause()
        pump()
    }

    /// A part of a listing.
    private func listed(_ stems: [MessageStem]) {
        for stem in stems { agenda.listed(stem) }
        if phase == .running { pump() }
    }

    private func readPause() async {
        guard case .success(let paused) = await files.perform({ queue in queue.isPaused }), paused != isPaused
        else { return }
        isPaused = paused
        log.paused(paused)
        if paused { for pool in pools { returnReady(of: pool) } }
        pump()
    }

    // MARK: Claims

    private var mayClaim: Bool {
        phase == .running && !isPaused && lock != nil && !localPause.stops(.claiming, now: clock.now)
    }

    /// Claims due messages as far as connections can take them soon.
    func claimMore() {
        guard mayClaim, unresolved.count < Self.unrecordedLimit else { return }
        agenda.wake(now: clock.now)
        while claimJobs < Self.batchesAtOnce {
            var admission = admission()
            guard zip(pools, admission.relays).contains(where: { $0.isLow && $1.room > 0 }) else { return }
            var requests = requestsInLine(&admission)
            let room = min(admission.largestRoom, Self.batchSize - requests.count)
            requests += agenda.takeUnread(limit: room).map { ClaimRequest(stem: $0, promise: nil) }
            guard !requests.isEmpty else { return }
            readAndClaim(requests, admission)
        }
    }

    /// Reads messages ahead that no relay has room for, once the line of unread ones moves too slowly.
    ///
    /// So that the urgent ones, and those of other senders than a flood's, are found among them.
    func readAhead() {
        guard agenda.unreadCount > 0, phase == .running else {
            readingAheadSince = nil
            return
        }
        let since = readingAheadSince ?? clock.now
        readingAheadSince = since
        guard claimJobs == 0, clock.now - since > Self.readAheadPause, mayClaim else { return }
        let stems = agenda.takeUnread(limit: Self.batchSize)
        readAndClaim(stems.map { ClaimRequest(stem: $0, promise: nil) }, admission())
    }

    func admission() -> Admission {
        Admission(routing: routing, relays: pools.map { $0.admission(now: clock.now) })
    }

    /// Takes messages whose route is known, one of each route after the other, as far as their relays have room.
    private func requestsInLine(_ admission: inout Admission) -> [ClaimRequest] {
        var requests: [ClaimRequest] = []
        var routes = agenda.lineCounts.indices.filter { agenda.lineCounts[$0] > 0 }
        while !routes.isEmpty, requests.count < Self.batchSize {
            routes.removeAll { route in
                guard admission.hasRoom(for: route), let stem = agenda.takeFirst(of: route),
                    let relay = admission.admit(route, using: &generator)
                else { return true }
                requests.append(ClaimRequest(stem: stem, promise: .init(relay: relay, route: route)))
                return false
            }
        }
        return requests
    }

    private func readAndClaim(_ requests: [ClaimRequest], _ admission: Admission) {
        // What is unread may be for any relay that has room left.
        let unreadCount = requests.count { $0.promise == nil }
        var reserved = admission.relays.map { min($0.room, unreadCount) }
        for request in requests { if let promise = request.promise { reserved[promise.relay] += 1 } }
        let isFull = requests.count == Self.batchSize || requests.count >= admission.largestRoom
        let pools = pools
        let generation = generation
        for (pool, count) in zip(pools, reserved) { pool.claimingCount += count }
        claimJobs += 1
        Task {
            let outcomes = await files.claim(
                requests,
                admission: admission,
                now: .now(),
                maxMessageBytes: settings.maxMessageBytes
            )
            claimJobs -= 1
            for (pool, count) in zip(pools, reserved) {
                pool.claimingCount -= count
                if isFull { pool.claimedAll() }
            }
            for (request, outcome) in zip(requests, outcomes) { note(outcome, of: request.stem, generation) }
            pump()
        }
    }

    /// What became of a request; `generation` is that of the configuration under which it was made.
    private func note(_ outcome: ClaimOutcome, of stem: MessageStem, _ generation: Int) {
        switch outcome {
        case .claimed(var message, let relay):
            succeeded(in: .claiming)
            inOrder(stem)
            metrics.claimed()
            message.generation = generation
            claimed(message, for: relay)
        case .inLine(let route, let messageClass, let isMixed):
            guard generation == self.generation else { return agenda.putBack(stem) }
            let until = isMixed ? clock.now + Self.mixedPause : nil
            agenda.line(stem, of: route, messageClass, until: until)
        case .refused(let error):
            notClaimed(stem, error)
        }
    }

    private func claimed(_ message: PreparedMessage, for relay: Int?) {
        let now = Timestamp.now()
        if let verdict = rules.verdictWithoutAttempt(
            on: message.ruleFacts,
            open: message.claimed.openRecipients,
            now: now
        ) {
            settle(message, by: verdict, now: now)
        } else if phase != .running || isPaused || message.generation != generation {
            conclude(message)
        } else if let relay {
            pools[relay].add(message, now: clock.now)
        } else {
            advance(message)
        }
    }

    private func notClaimed(_ stem: MessageStem, _ error: ClaimError) {
        switch error {
        case .vanished:
            agenda.finish(stem)
        case .stillWritten:
            agenda.awaitClose(stem, until: clock.now + Self.stillWrittenPause)
        case .notDueBefore(let time):
            agenda.postpone(stem, until: instant(of: time))
        case .postdated(let time):
            agenda.postpone(stem, until: instant(of: time), by: .calendar)
        case .notWanted:
            agenda.putBack(stem)
        case .hostile(let error):
            guard agenda.setAside(stem) else { return }
            log.hostile(stem, error)
            metrics.refused(.hostile)
        case .malformed(let error):
            log.malformed(stem, error)
            metrics.refused(.malformed)
            agenda.finish(stem)
        case .host(let error):
            agenda.postpone(stem, until: clock.now + Self.faultyFilePause)
            _ = hostFailed(with: stem, error, in: .claiming)
        }
    }

    /// Returns the claimed messages that no connection has taken to the queue.
    ///
    /// One that has answers already is concluded with these.
    func returnReady(of pool: RelayPool) {
        while let message = pool.takeBack() { conclude(message) }
        resolveMore()
    }

    // MARK: Resolutions

    var rules: ResolutionRules {
        ResolutionRules(
            retry: settings.retry,
            keepQueue: settings.keepQueue,
            receivedLimit: settings.receivedLimit
        )
    }

    /// Brings the message to its next state, soon: resolutions are done in batches.
    func resolve(_ message: PreparedMessage, as verdict: ResolutionRules.Verdict) {
        unresolved.append(
            Unresolved(
                message: message,
                verdict: verdict,
                decided: .now(),
                due: verdict.nextAttempt.map(instant),
                notBefore: clock.now
            )
        )
    }

    func resolveMore() {
        // With a fault of the host the answers are kept in memory, and nothing new is sent, until the disk takes them.
        guard !localPause.isPausing(now: clock.now) || phase == .stopping else { return }
        while resolveJobs < Self.batchesAtOnce {
            let batch = takeUnresolved()
            guard !batch.isEmpty else { return }
            resolveJobs += 1
            Task {
                let results = await files.resolve(
                    batch.map { ($0.message, $0.verdict.resolution, $0.decided) }
                )
                resolveJobs -= 1
                for (item, result) in zip(batch, results) {
                    do throws(SpoolError) {
                        try result.get()
                        resolved(item)
                    } catch {
                        resolutionFailed(item, error)
                    }
                }
                pump()
            }
        }
    }

    private func takeUnresolved() -> [Unresolved] {
        let now = clock.now
        let ready = unresolved.indices.filter { unresolved[$0].notBefore <= now || phase == .stopping }
        guard ready.count > (resolveJobs == 0 ? 0 : Self.smallBatch) else { return [] }
        let taken = ready.prefix(Self.batchSize)
        defer { for index in taken.reversed() { unresolved.remove(at: index) } }
        return taken.map { unresolved[$0] }
    }

    private func resolved(_ item: Unresolved) {
        let stem = item.message.stem
        succeeded(in: .recording)
        inOrder(stem)
        metrics.resolved(item.verdict.resolution)
        switch item.verdict.resolution {
        case .delivered, .failed:
            clearSuspicion(of: stem)
            agenda.finish(stem)
        case .retry where !item.verdict.isStillDue:
            clearSuspicion(of: stem)
            agenda.postpone(stem, until: item.due ?? clock.now)
        case .retry, .untouched:
            standInLine(item.message, until: item.due)
        }
    }

    /// The message is due as before for the recipients that nobody answered.
    private func standInLine(_ message: PreparedMessage, until time: ContinuousClock.Instant?) {
        let stem = message.stem
        let routes = message.unansweredRoutes
        guard message.generation == generation, let route = routes.first else { return agenda.putBack(stem) }
        let times = [
            time ?? message.ruleFacts.laterAttempt.map(instant),
            routes.count > 1 ? clock.now + Self.mixedPause : nil,
        ]
        agenda.line(
            stem,
            of: route,
            message.messageClass,
            first: !pools.contains { $0.suspicions.isSuspected(stem) },
            until: times.compactMap { $0 }.min()
        )
    }

    private func clearSuspicion(of stem: MessageStem) {
        for pool in pools { pool.suspicions.clear(stem) }
    }

    private func resolutionFailed(_ item: Unresolved, _ error: SpoolError) {
        let stem = item.message.stem
        switch error.code {
        case .notFound:
            // Somebody took the file away while it was being sent: nothing is left to record.
            log.remark(.warning, "\(stem): the file is gone: \(error.summary)")
            // Unless somebody has queued it again meanwhile: the next claim tells.
            agenda.putLast(stem)
        case .alreadyThere:
            log.remark(.error, "\(stem): cannot change its state, left as .sending: \(error.summary)")
            agenda.finish(stem)
        default:
            var item = item
            if hostFailed(with: stem, error, in: .recording) {
                item.notBefore = clock.now + Self.faultyFilePause
            }
            // At a stop the state on disk stays `.sending`; recovery takes it from there.
            if phase == .running { unresolved.append(item) }
        }
    }

    // MARK: Faults of the host

    func localFault(_ error: SpoolError, in work: LocalPause.Work) {
        guard localPause.faulted(error.summary, in: work, now: clock.now) else { return }
        log.localFault(error)
        metrics.hostFaulted()
    }

    /// The host has failed with a message.
    ///
    /// If it does so a second time while others go on, the fault is that of the message's own files: it is told once, and
    /// nothing else waits for it.
    ///
    /// - Returns: whether the fault is that of its files.
    private func hostFailed(
        with stem: MessageStem,
        _ error: SpoolError,
        in work: LocalPause.Work
    ) -> Bool {
        guard agenda.suspect(stem), !localPause.isFaulty else {
            localFault(error, in: work)
            return false
        }
        if agenda.blame(stem) { log.faulty(stem, error) }
        return true
    }

    /// The files of a message are in order.
    private func inOrder(_ stem: MessageStem) {
        if agenda.absolve(stem) { log.faultOver(stem) }
    }

    private func succeeded(in work: LocalPause.Work) {
        if localPause.succeeded(in: work) { log.localFaultOver() }
    }

    // MARK: Time

    /// The moment of the running clock that corresponds to a wall-clock time read from a journal or an envelope.
    ///
    /// From here on the running clock counts, so that a step of the wall clock neither hurries nor stalls the mail. A time
    /// that somebody has set is read anew after a step: see ``checkCalendarClock()``.
    func instant(of time: Timestamp) -> ContinuousClock.Instant {
        clock.now
            + .milliseconds(max(0, time.millisecondsSinceEpoch - Timestamp.now().millisecondsSinceEpoch))
    }

    /// Looks whether the calendar clock was set.
    func checkCalendarClock() {
        guard let step = calendarClock.read(calendar: .now(), running: clock.now) else { return }
        let seconds = step.components.seconds
        log.remark(
            .notice,
            "the clock was set \(abs(seconds)) s \(seconds < 0 ? "back" : "ahead"); the times of retries stay as they are"
        )
        agenda.calendarStepped()
    }
}
