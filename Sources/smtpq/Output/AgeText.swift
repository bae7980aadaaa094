// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// A span of time in one number and one unit, as people say it: `5s`, `3min`, `2h`, `4d`.
///
/// Pure.
enum AgeText {
    private static let units: [(name: String, seconds: Int64)] = [("d", 86_400), ("h", 3600), ("min", 60)]

    /// The time between two moments; `0s` when they are in the wrong order, as after a step of the clock.
    static func text(from earlier: Timestamp, to later: Timestamp) -> String {
        let seconds = max(0, later.millisecondsSinceEpoch - earlier.millisecondsSinceEpoch) / 1000
        return text(.seconds(seconds))
    }

    /// A span of time.
    static func text(_ span: Duration) -> String {
        let seconds = span.components.seconds
        // Two of a unit at least, so that the number says enough: 90 minutes are "90min", not "1h".
        for unit in units where seconds >= 2 * unit.seconds { return "\(seconds / unit.seconds)\(unit.name)" }
        return "\(seconds)s"
    }
}
