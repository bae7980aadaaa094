// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
package import Spool

/// What the rules need to know of a message: no file, no content.
package struct MessageFacts: Hashable, Sendable {
    /// Attempts that counted so far.
    package let attempts: Int
    /// When the message was queued.
    package let queuedAt: Timestamp
    /// The time that the sender set for giving up (`Queue-Expires`).
    package let expires: Timestamp?
    /// Recipients that this attempt is for.
    package let dueCount: Int
    /// The time of the recipients that are open and not due; nil when there are none.
    package let laterAttempt: Timestamp?
    /// Whether an earlier attempt gave up a recipient.
    package let hasFailedRecipient: Bool
    /// How many servers it has passed, after its Received fields.
    package let receivedCount: Int

    /// Facts of a message.
    package init(
        attempts: Int,
        queuedAt: Timestamp,
        expires: Timestamp? = nil,
        dueCount: Int,
        laterAttempt: Timestamp? = nil,
        hasFailedRecipient: Bool = false,
        receivedCount: Int = 0
    ) {
        self.attempts = attempts
        self.queuedAt = queuedAt
        self.expires = expires
        self.dueCount = dueCount
        self.laterAttempt = laterAttempt
        self.hasFailedRecipient = hasFailedRecipient
        self.receivedCount = receivedCount
    }

    /// Facts of a claimed message.
    package init(_ message: ClaimedMessage) {
        self.init(
            attempts: message.history.attempts,
            queuedAt: message.queuedAt,
            expires: message.options.expires,
            dueCount: message.dueRecipients.count,
            laterAttempt: message.dueRecipients.count < message.openRecipients.count
                ? message.history.nextAttempt : nil,
            hasFailedRecipient: message.history.hasFailedRecipient,
            receivedCount: message.receivedCount
        )
    }

    /// Age at `now`, never negative.
    package func age(at now: Timestamp) -> Duration {
        .milliseconds(max(0, now.millisecondsSinceEpoch - queuedAt.millisecondsSinceEpoch))
    }
}
