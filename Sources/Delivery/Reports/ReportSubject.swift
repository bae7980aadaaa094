// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
package import Spool

/// What the rules need to know of the message that is reported on: no file, no content.
package struct ReportSubject: Hashable, Sendable {
    /// Its name.
    package let stem: MessageStem
    /// Whom the report goes to, and what is wished of it.
    package let sender: EnvelopeSender
    /// When it was queued.
    package let queuedAt: Timestamp
    /// The time at which it is given up.
    package let expiry: Timestamp
    /// The number of the attempt, from 1.
    package let attempt: Int
    /// How often a person has queued it anew.
    package let requeueCount: Int
    /// Whether the sender was told that it is late.
    package let wasReportedLate: Bool

    /// A subject.
    package init(
        stem: MessageStem,
        sender: EnvelopeSender,
        queuedAt: Timestamp,
        expiry: Timestamp,
        attempt: Int = 1,
        requeueCount: Int = 0,
        wasReportedLate: Bool = false
    ) {
        self.stem = stem
        self.sender = sender
        self.queuedAt = queuedAt
        self.expiry = expiry
        self.attempt = attempt
        self.requeueCount = requeueCount
        self.wasReportedLate = wasReportedLate
    }

    /// What is to be known of a claimed message.
    package init(_ message: ClaimedMessage, expiry: Timestamp) {
        self.init(
            stem: message.stem,
            sender: message.envelope.sender,
            queuedAt: message.queuedAt,
            expiry: expiry,
            attempt: message.history.attempts + 1,
            requeueCount: message.history.requeueCount,
            wasReportedLate: message.history.wasReportedLate
        )
    }
}
