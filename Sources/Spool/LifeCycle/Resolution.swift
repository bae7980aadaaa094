// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What becomes of a message after an attempt.
package enum Resolution: Hashable, Sendable {
    /// Every recipient has it. With `keep` the file stays as `.sent`, the lines are its receipt; else it is deleted.
    case delivered(lines: [JournalRecord], keep: Bool)
    /// Back to the queue: some recipient is still open. The lines tell why, and when it is tried again.
    case retry(lines: [JournalRecord])
    /// Given up for at least one recipient.
    case failed(lines: [JournalRecord])
    /// Back to the queue as if nothing had been tried.
    case untouched

    /// The same with more lines for the journal, where it has any.
    package func adding(_ more: [JournalRecord]) -> Resolution {
        switch self {
        case .delivered(let lines, let keep): .delivered(lines: lines + more, keep: keep)
        case .retry(let lines): .retry(lines: lines + more)
        case .failed(let lines): .failed(lines: lines + more)
        case .untouched: self
        }
    }
}
