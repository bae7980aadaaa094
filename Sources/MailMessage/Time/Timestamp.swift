// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A moment of the calendar clock, in milliseconds, written as RFC 3339 in UTC: `2026-11-24T04:10:03.123Z`.
///
/// Whatever exists as a value lies in the years 1970 to 9999, so that what is written can be read again. A moment from
/// outside them, such as the modification time of a hostile file, becomes the nearest end (T27).
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    package let millisecondsSinceEpoch: Int64

    /// 1970-01-01T00:00:00Z.
    package static let earliest = Timestamp(millisecondsSinceEpoch: 0)
    /// 9999-12-31T23:59:59.999Z.
    package static let latest = Timestamp(millisecondsSinceEpoch: range.upperBound)

    private static let range: ClosedRange<Int64> = 0...253_402_300_799_999

    /// A moment by its distance from the epoch.
    package init(millisecondsSinceEpoch: Int64) {
        self.millisecondsSinceEpoch = min(
            max(millisecondsSinceEpoch, Self.range.lowerBound),
            Self.range.upperBound
        )
    }

    /// A moment as the operating system tells it.
    ///
    /// Traps on no value.
    package init(secondsSinceEpoch seconds: Int64, nanoseconds: Int64 = 0) {
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, overflowToo) = scaled.addingReportingOverflow(nanoseconds / 1_000_000)
        self.init(millisecondsSinceEpoch: overflow || overflowToo ? (seconds < 0 ? .min : .max) : sum)
    }

    /// Reads an RFC 3339 `date-time` with any offset.
    ///
    /// - Throws: ``TimestampError`` when the text is not one, or lies outside the years 1970 to 9999.
    /// - SeeAlso: RFC 3339 §5.6
    package init(parsing text: some StringProtocol) throws(TimestampError) {
        var reader = DigitReader(text)
        guard
            let year = reader.number(digits: 4), reader.take("-"),
            let month = reader.number(digits: 2), reader.take("-"),
            let day = reader.number(digits: 2), reader.takeAny("Tt "),
            let hour = reader.number(digits: 2), reader.take(":"),
            let minute = reader.number(digits: 2), reader.take(":"),
            let second = reader.number(digits: 2),
            let fraction = reader.milliseconds(),
            let offset = reader.offsetMinutes(), reader.isAtEnd,
            (1...12).contains(month), (1...CivilDate.days(inMonth: month, year: year)).contains(day),
            hour < 24, minute < 60, second <= 60, year >= 1970
        else { throw TimestampError(text: PrintableText(text, limitBytes: 60)) }
        let days = Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch)
        let minutes = days * 1440 + Int64(hour * 60 + minute - offset)
        let milliseconds = (minutes * 60 + Int64(second)) * 1000 + Int64(fraction)
        guard Self.range.contains(milliseconds) else {
            throw TimestampError(text: PrintableText(text, limitBytes: 60))
        }
        millisecondsSinceEpoch = milliseconds
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
    }

    /// The moment `duration` later, to the millisecond; held at the ends of the years 1970 to 9999.
    package func adding(_ duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, overflowToo) = scaled.addingReportingOverflow(
            millisecondsSinceEpoch + attoseconds / 1_000_000_000_000_000
        )
        if overflow || overflowToo { return seconds < 0 ? Self.earliest : Self.latest }
        return Timestamp(millisecondsSinceEpoch: sum)
    }
}

extension Timestamp {
    /// `2026-11-24T04:10:03.123Z`; the fraction is left out when it is zero.
    package var description: String {
        let parts = CalendarParts(self, offsetMinutes: 0)
        let fraction = parts.millisecond == 0 ? "" : "." + padded(parts.millisecond, 3)
        return padded(parts.date.year, 4) + "-" + padded(parts.date.month, 2) + "-"
            + padded(parts.date.day, 2)
            + "T" + padded(parts.hour, 2) + ":" + padded(parts.minute, 2) + ":" + padded(parts.second, 2)
            + fraction + "Z"
    }
}

/// A text that is no RFC 3339 time.
package struct TimestampError: Error, Hashable, Sendable {
    /// What was found.
    package let text: PrintableText

    /// What is wrong, printable.
    package var summary: String { "\"\(text)\" is no time such as 2026-11-24T09:00:00Z" }
}
