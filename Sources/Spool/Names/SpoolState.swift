// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The state of a message: the extension of its file's name.
package enum SpoolState: String, CaseIterable, Sendable {
    /// Waits for its first or next attempt.
    case queued
    /// Claimed by the one process that is delivering it.
    case sending
    /// Every recipient accepted; kept because KeepQueue is on.
    case sent
    /// Given up for at least one recipient.
    case failed
    /// Set aside by a person.
    case held
}
