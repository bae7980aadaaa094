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
    /// Most messages in one batch of file work.
    private static let batchSize = 64
    /// Most batches of one kind under way at one time.
    private static let batchesAtOnce = 2
    /// How long a file that is still being written is left alone, and how soon a file in doubt is looked at again.
    private static let stillWrittenPause = Duration.seconds(3)
    /// How long a message that the host could not claim makes way for the others: the fault may be of its file alone.
    private static let faultyFilePause = Duration.seconds(10)

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
        for stem in report.requeued { log.recovered(stem) }
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
            let result = await files.perform { queue throws(SpoolError) in
                queue.takeBackStranded()
                let listing = try queue.listing()
                queue.forgetKeys(in: listing, now: .now())
                return listing
            }
            nextRescan = clock.now + Self.scanInterval
            switch result {
            case .success(let listing):
                succeeded(in: .looking)
                agenda.reconcile(with: listing.stems(in: .queued).sorted())
            case .failure(let error):
                agenda.listingFailed()
                localFault(error, in: .looking)
            }
        }
        rescanning = false
        await readPause()
        pump()
    }

    private func readPause() async {
        guard case .success(let paused) = await files.perform({ queue in queue.isPaused }), paused != isPaused
        else { return }
        isPaused = paused
        log.paused(paused)
        if paused { returnReady() }
        pump()
    }

    // MARK: Claims

    /// Claims due messages as far as connections can take them soon.
    func claimMore() {
        guard phase == .running, !isPaused, lock != nil, !localPause.stops(.claiming, now: clock.now)
        else { return }
        while claimJobs < Self.batchesAtOnce {
            let room: Int
            switch breaker.allowance(now: clock.now) {
            case .full: room = 2 * window.window - ready.count - claimingCount
            case .probe: room = 1 - ready.count - claimingCount - busyCount
            case .none: room = 0
            }
            let stems = agenda.takeDue(limit: min(room, Self.batchSize), now: clock.now)
            guard !stems.isEmpty else { return }
            claimJobs += 1
            claimingCount += stems.count
            Task {
                let results = await files.claim(stems, now: .now(), maxMessageBytes: settings.maxMessageBytes)
                claimJobs -= 1
                claimingCount -= stems.count
                for (stem, result) in zip(stems, results) { claimed(stem, result) }
                pump()
            }
        }
    }

    private func claimed(_ stem: MessageStem, _ result: Result<PreparedMessage, ClaimError>) {
        switch result {
        case .success(let message):
            succeeded(in: .claiming)
            let now = Timestamp.now()
            if let verdict = rules.verdictWithoutAttempt(
                on: message.ruleFacts,
                open: message.claimed.openRecipients,
                now: now
            ) {
                settle(message, by: verdict, after: nil, now: now)
            } else if phase == .running, !isPaused {
                ready.append(message)
            } else {
                resolve(message, as: .untouched)
            }
        case .failure(.vanished):
            agenda.finish(stem)
        case .failure(.stillWritten):
            agenda.awaitClose(stem, until: clock.now + Self.stillWrittenPause)
        case .failure(.notDueBefore(let time)):
            agenda.postpone(stem, until: instant(of: time))
        case .failure(.postdated(let time)):
            agenda.postpone(stem, until: instant(of: time), by: .calendar)
        case .failure(.hostile(let error)):
            if agenda.setAside(stem) { log.hostile(stem, error) }
        case .failure(.malformed(let error)):
            log.malformed(stem, error)
            agenda.finish(stem)
        case .failure(.host(let error)):
            agenda.postpone(stem, until: clock.now + Self.faultyFilePause)
            localFault(error, in: .claiming)
        }
    }

    /// Returns claimed messages that no connection has taken to the queue, untouched.
    func returnReady() {
        while let message = ready.popLast() { resolve(message, as: .untouched) }
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
    func resolve(_ message: PreparedMessage, as resolution: Resolution, nextAttempt: Timestamp? = nil) {
        unresolved.append(
            Unresolved(
                message: message,
                resolution: resolution,
                decided: .now(),
                due: nextAttempt.map(instant(of:))
            )
        )
    }

    func resolveMore() {
        // With a fault of the host the answers are kept in memory, and nothing new is sent, until the disk takes them.
        guard !localPause.isPausing(now: clock.now) || phase == .stopping else { return }
        while resolveJobs < Self.batchesAtOnce, !unresolved.isEmpty {
            let batch = Array(unresolved.prefix(Self.batchSize))
            unresolved.removeFirst(batch.count)
            resolveJobs += 1
            Task {
                let errors = await files.resolve(batch.map { ($0.message, $0.resolution, $0.decided) })
                resolveJobs -= 1
                for (item, error) in zip(batch, errors) {
                    if let error {
                        resolutionFailed(item, error)
                    } else {
                        resolved(item)
                    }
                }
                pump()
            }
        }
    }

    private func resolved(_ item: Unresolved) {
        let stem = item.message.stem
        succeeded(in: .recording)
        switch item.resolution {
        case .delivered, .failed:
            suspicions.clear(stem)
            agenda.finish(stem)
        case .retry:
            if let due = item.due {
                suspicions.clear(stem)
                agenda.postpone(stem, until: due)
            } else {
                agenda.putBack(stem)
            }
        case .untouched:
            if suspicions.isSuspected(stem) { agenda.putLast(stem) } else { agenda.putBack(stem) }
        }
    }

    private func resolutionFailed(_ item: Unresolved, _ error: SpoolError) {
        switch error.code {
        case .notFound:
            // Somebody took the file away while it was being sent: nothing is left to record.
            log.remark(.warning, "\(item.message.stem): the file is gone: \(error.summary)")
            // Unless somebody has queued it again meanwhile: the next claim tells.
            agenda.putLast(item.message.stem)
        case .alreadyThere:
            log.remark(
                .error,
                "\(item.message.stem): cannot change its state, left as .sending: \(error.summary)"
            )
            agenda.finish(item.message.stem)
        default:
            localFault(error, in: .recording)
            // At a stop the state on disk stays `.sending`; recovery takes it from there.
            if phase == .running { unresolved.append(item) }
        }
    }

    // MARK: Faults of the host

    func localFault(_ error: SpoolError, in work: LocalPause.Work) {
        if localPause.faulted(error.summary, in: work, now: clock.now) { log.localFault(error) }
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
