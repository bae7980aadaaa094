// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The pause that a fault of the host forces on the delivery: a full disk, no descriptors, no permission.
///
/// Pure.
///
/// The pauses are 1 s, 2 s, 4 s … 60 s long; the first file operation that succeeds again ends them.
struct LocalPause {
    private var faults = 0
    /// What is wrong; nil in good order.
    private(set) var reason: String?
    private var until: ContinuousClock.Instant?

    /// Whether the host is at fault, paused or about to try again.
    var isFaulty: Bool { faults > 0 }

    /// Whether nothing should be tried now.
    func isPausing(now: ContinuousClock.Instant) -> Bool {
        until.map { now < $0 } ?? false
    }

    /// An operation failed.
    ///
    /// Returns true when this begins a pause after good work, so that it is said once.
    mutating func faulted(_ reason: String, now: ContinuousClock.Instant) -> Bool {
        guard !isPausing(now: now) else { return false }
        until = now + .seconds(min(60, 1 << min(faults, 6)))
        faults += 1
        self.reason = reason
        return faults == 1
    }

    /// An operation succeeded.
    ///
    /// Returns true when this ends a fault.
    mutating func ended() -> Bool {
        defer {
            faults = 0
            until = nil
            reason = nil
        }
        return faults > 0
    }
}
