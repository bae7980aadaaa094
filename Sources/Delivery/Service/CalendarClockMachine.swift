// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// Notices when the calendar clock was set: when it has moved otherwise than the clock that only measures what passes.
///
/// Pure. Both clocks go on while the machine sleeps, so that a sleep is no step.
package struct CalendarClockMachine: Sendable {
    /// The smallest difference that counts as a step.
    package static let smallestStep = Duration.seconds(10)

    private var calendar: Timestamp
    private var running: ContinuousClock.Instant

    /// Begins with one reading of both clocks.
    package init(calendar: Timestamp, running: ContinuousClock.Instant) {
        self.calendar = calendar
        self.running = running
    }

    /// Both clocks were read again.
    ///
    /// - Returns: by how much the calendar clock was set since the last step, ahead when positive; nil when it was not.
    package mutating func read(calendar: Timestamp, running: ContinuousClock.Instant) -> Duration? {
        let moved = Duration.milliseconds(
            calendar.millisecondsSinceEpoch - self.calendar.millisecondsSinceEpoch
        )
        let step = moved - (running - self.running)
        guard step >= Self.smallestStep || step <= .zero - Self.smallestStep else { return nil }
        self = Self(calendar: calendar, running: running)
        return step
    }
}
