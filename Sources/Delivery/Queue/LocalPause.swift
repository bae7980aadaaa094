// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The pause that a fault of the host forces on the delivery: a full disk, no descriptors, no permission.
///
/// Pure.
///
/// The pauses are 1 s, 2 s, 4 s … 60 s long. Work of the kind that failed, or of one that needs more, ends the fault when it
/// succeeds: that a directory can be listed says nothing about whether it can be written to.
package struct LocalPause {
    /// What the host is asked for, that which needs more after that which needs less.
    package enum Work: Comparable {
        /// To open and list the directory.
        case looking
        /// To read a message and rename it.
        case claiming
        /// To write and to rename.
        case recording
    }

    private var faults = 0
    private var work = Work.looking
    /// What is wrong; nil in good order.
    package private(set) var reason: String?
    private var until: ContinuousClock.Instant?

    /// In good order.
    package init() {}

    /// Whether the host is at fault, paused or about to try again.
    package var isFaulty: Bool { faults > 0 }

    /// Whether nothing should be tried now.
    package func isPausing(now: ContinuousClock.Instant) -> Bool {
        until.map { now < $0 } ?? false
    }

    /// Whether work of this kind should not be tried now: nothing during a pause, and nothing new is begun before what
    /// failed and needs more has succeeded.
    package func stops(_ work: Work, now: ContinuousClock.Instant) -> Bool {
        isPausing(now: now) || (isFaulty && work < self.work)
    }

    /// An operation failed.
    ///
    /// Returns true when this begins a pause after good work, so that it is said once.
    package mutating func faulted(_ reason: String, in work: Work, now: ContinuousClock.Instant) -> Bool {
        self.work = isFaulty ? max(self.work, work) : work
        guard !isPausing(now: now) else { return false }
        until = now + .seconds(min(60, 1 << min(faults, 6)))
        faults += 1
        self.reason = reason
        return faults == 1
    }

    /// An operation succeeded.
    ///
    /// Returns true when this ends a fault.
    package mutating func succeeded(in work: Work) -> Bool {
        guard isFaulty, work >= self.work else { return false }
        self = LocalPause()
        return true
    }
}
