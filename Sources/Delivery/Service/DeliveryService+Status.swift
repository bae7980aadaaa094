// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import Logging
internal import MailMessage
internal import SMTPProtocol
internal import Spool

/// What the service tells about itself: the one-line status for systemd, the status file for `smtpq status`.
extension DeliveryService {
    /// Publishes the status when it has changed.
    func publishStatus() {
        let status = measure()
        guard !status.isSame(as: lastStatus) else { return }
        lastStatus = status
        observer.statusChanged(statusLine(of: status))
        let log = log
        Task {
            if case .failure(let error) = await files.perform({ queue throws(SpoolError) in
                try queue.writeStatus(status)
            }) {
                log.remark(.debug, "cannot write the status file: \(error.summary)")
                // Another directory may stand there in a second, or this one be writable again.
                lastStatus = nil
            }
        }
    }

    /// Shows in the metrics how things are; returns the status that says the same.
    @discardableResult
    func measure() -> DaemonStatus {
        let status = currentStatus()
        for (pool, relay) in zip(pools, status.relays) {
            pool.metrics.update(relay, transactions: pool.busyCount)
        }
        metrics.update(status, sending: agenda.inWorkCount, oldest: census.oldest)
        return status
    }

    /// Counts what is in the directory, for the metrics: each minute, and never for more than a fiftieth of the time.
    func takeCensus() async {
        nextCensus = nil
        let start = clock.now
        let result = await files.perform { queue throws(SpoolError) in
            try queue.census(oldestOf: DeliveryMetrics.waitingStates)
        }
        if case .success(let census) = result {
            self.census = census
            metrics.counted(census)
        }
        nextCensus = clock.now + max(.seconds(60), (clock.now - start) * 50)
    }

    private func currentStatus() -> DaemonStatus {
        return DaemonStatus(
            processID: getpid(),
            started: startedAt,
            updated: .now(),
            activeCount: pools.reduce(0) { $0 + $1.busyCount },
            queuedCount: agenda.queuedCount,
            isPaused: isPaused,
            hostFault: localPause.reason,
            relays: pools.map { pool in
                DaemonStatus.Relay(
                    name: pool.name,
                    state: pool.breaker.isClosed ? .ok : pool.breaker.probeTime == nil ? .probing : .open,
                    reason: pool.breaker.fault?.text,
                    connectionCount: pool.window.standing
                )
            }
        )
    }

    /// The status in one line: `delivering: 3 active, 120 queued, relay primary ok`.
    private func statusLine(of status: DaemonStatus) -> String {
        let activity =
            switch phase {
            case .starting: "starting"
            case .running: isPaused ? "paused" : localPause.isFaulty ? "waiting for the disk" : "delivering"
            case .stopping, .stopped: "stopping"
            }
        var line = "\(activity): \(status.activeCount) active, \(status.queuedCount) queued"
        for relay in status.relays {
            line += ", relay \(relay.name) \(relay.state.rawValue)"
            if let reason = relay.reason { line += " (\(reason))" }
        }
        return line
    }
}

extension DaemonStatus {
    /// Whether nothing but the time of writing is different.
    fileprivate func isSame(as other: DaemonStatus?) -> Bool {
        var copy = self
        copy.updated = other?.updated ?? updated
        return copy == other
    }
}
