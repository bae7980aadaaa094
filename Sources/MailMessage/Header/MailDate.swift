// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The `date-time` of a Date header field.
package enum MailDate {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Tue, 24 Nov 2026 04:10:03 +0000`, to the second.
    ///
    /// - SeeAlso: RFC 5322 §3.3
    package static func format(_ time: Timestamp, offsetMinutes: Int = 0) -> String {
        let parts = CalendarParts(time, offsetMinutes: offsetMinutes)
        let offset = abs(offsetMinutes)
        let zone = (offsetMinutes < 0 ? "-" : "+") + padded(offset / 60, 2) + padded(offset % 60, 2)
        let clock = padded(parts.hour, 2) + ":" + padded(parts.minute, 2) + ":" + padded(parts.second, 2)
        let day =
            "\(weekdays[parts.date.weekday]), \(parts.date.day) \(months[parts.date.month - 1]) \(padded(parts.date.year, 4))"
        return day + " " + clock + " " + zone
    }
}
