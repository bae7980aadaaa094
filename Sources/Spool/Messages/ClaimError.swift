// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// Why a message was not claimed.
package enum ClaimError: Error, Sendable {
    /// Somebody has the file open for writing, or wrote to it a moment ago: look again soon.
    case stillWritten
    /// It is gone.
    case vanished
    /// It was tried, and the time of its next attempt has not come.
    case notDueBefore(Timestamp)
    /// The caller did not want it now; it stays as it is.
    case notWanted
    /// Whoever dropped it does not want it sent before this time.
    case postdated(until: Timestamp)
    /// It must not be touched, and is left where it is.
    case hostile(SpoolError)
    /// It is no message; it is `.failed` now, the reason in its journal.
    case malformed(SpoolError)
    /// The host stands in the way.
    case host(SpoolError)

    /// What an error of the spool means for a claim.
    init(_ error: SpoolError) {
        switch error.code {
        case .notFound: self = .vanished
        case .changed: self = .stillWritten
        case .hostile, .notPermitted, .alreadyThere, .directory: self = .hostile(error)
        default: self = .host(error)
        }
    }
}
