// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPProtocol
internal import Spool

/// A claimed message, ready to be sent.
struct PreparedMessage: Sendable {
    /// The message and its file.
    let claimed: ClaimedMessage
    /// What is known of its content; nil when it is too long to be scanned at claim.
    let facts: ContentFacts?
    /// Reports that are written before the message goes to its next state.
    var reports: [DeliveryReport] = []

    var stem: MessageStem { claimed.stem }

    /// What the rules need to know of it.
    var ruleFacts: MessageFacts { MessageFacts(claimed) }
}
