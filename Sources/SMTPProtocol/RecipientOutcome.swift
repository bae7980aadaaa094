// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// What became of one recipient in one transaction.
package struct RecipientOutcome: Hashable, Sendable {
    /// The three ends a recipient can meet.
    package enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// The relay has taken the message for this recipient.
        case delivered
        /// Not now; try again later.
        case deferred
        /// Never; give up.
        case failed
    }

    /// What is to happen next.
    package let verdict: Verdict
    /// The reply code, the relay's or the one the standards prescribe for what was found here; nil when there is none.
    package let code: Int?
    /// The enhanced status, if there is one.
    package let status: EnhancedStatus?
    /// The reason in words: printable.
    package let reply: String
    /// Whether the relay may have taken the message all the same: the connection was lost after the final dot and
    /// before its answer.
    package let isUnconfirmed: Bool
    /// Whether the relay said so; otherwise code, status and reason were found here.
    package let isReply: Bool

    /// An outcome.
    ///
    /// The text is made printable.
    package init(
        verdict: Verdict,
        code: Int?,
        status: EnhancedStatus?,
        reply: String,
        isUnconfirmed: Bool = false,
        isReply: Bool = false
    ) {
        self.verdict = verdict
        self.code = code
        self.status = status
        self.reply = PrintableText(reply).string
        self.isUnconfirmed = isUnconfirmed
        self.isReply = isReply
    }
}
