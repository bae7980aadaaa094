// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool

/// One thing that happened to a message in one line, for people.
///
/// Pure.
enum HistoryLine {
    /// The line of a record.
    static func text(_ record: JournalRecord, at time: Timestamp) -> String {
        PrintableText("\(time)  \(what(record))", limitBytes: 2048).string
    }

    private static func what(_ record: JournalRecord) -> String {
        switch record {
        case .attempt(let number, let relay, let peer, let tls):
            let details = [peer, tls].compactMap(\.self).joined(separator: ", ")
            return "attempt \(number) at \(relay)" + (details.isEmpty ? "" : " (\(details))")
        case .recipient(let line):
            let doubt = line.isUnconfirmed ? " (its answer to the end of the message was never seen)" : ""
            return "\(line.address) \(line.outcome.rawValue): \(line.reason)" + doubt
        case .retry(let number, let next):
            return "attempt \(number) is over, the next one is not before \(next)"
        case .state(let from, let to, let person): return "\(from.rawValue) → \(to.rawValue) by \(person)"
        case .problem(let reason): return "no message: \(reason)"
        case .date(let date): return "given the date \(date)"
        case .report(let action, let id):
            return id.map { "the sender is told: \(action) (report \($0))" }
                ?? "the sender is not told: \(action) (too many reports in an hour)"
        }
    }
}
