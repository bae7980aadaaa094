// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput
internal import Submission

/// A time on the command line: a date such as `2026-11-24T09:00:00Z`, or a distance from now such as `90s`.
///
/// Pure.
enum TimeArgument {
    private static let millisecondsPerUnit: [String: Int64] = [
        "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    ]
    private static let largestNumber: Int64 = 1_000_000

    /// The moment that a text names.
    ///
    /// - Parameters:
    ///   - text: what the option was given.
    ///   - option: the option, for the error.
    ///   - now: the present.
    /// - Returns: the moment.
    /// - Throws: ``CommandFailure`` when the text is no time.
    static func time(_ text: String, option: String, now: Timestamp) throws(CommandFailure) -> Timestamp {
        if let distance = duration(text.first == "+" ? text.dropFirst() : text[...]) {
            return now.adding(distance)
        }
        do throws(TimestampError) {
            return try Timestamp(parsing: text)
        } catch {
            throw CommandFailure(
                "\(option): \"\(error.text)\" is no time such as 2026-11-24T09:00:00Z, 30min, 2h or 3d",
                .usage
            )
        }
    }

    /// The span of time that a text names.
    ///
    /// - Parameters:
    ///   - text: what the option was given.
    ///   - option: the option, for the error.
    /// - Returns: the span.
    /// - Throws: ``CommandFailure`` when the text is none.
    static func duration(_ text: String, option: String) throws(CommandFailure) -> Duration {
        guard let duration = duration(text[...]) else {
            let shown = PrintableText(text, limitBytes: 60)
            throw CommandFailure(
                "\(option): \"\(shown)\" is no span of time such as 500ms, 2s or 1min",
                .usage
            )
        }
        return duration
    }

    private static func duration(_ text: Substring) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number <= largestNumber,
            let unit = millisecondsPerUnit[String(text.dropFirst(digits.count))]
        else { return nil }
        return .milliseconds(number * unit)
    }
}
