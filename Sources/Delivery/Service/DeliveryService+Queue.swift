// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Logging
internal import MailMessage
internal import NIOCore
internal import Spool

/// The watch on the queue directory, its scans, and the times of its messages.
extension DeliveryService {
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
        metrics.recovered(report.requeued.count)
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
