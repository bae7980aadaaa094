// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPClient
internal import SMTPProtocol
internal import Spool

/// A claimed message on its way through its attempt: one group of its recipients after the other.
struct PreparedMessage: Sendable {
    /// The message and its file.
    let claimed: ClaimedMessage
    /// What is known of its content; nil when it is too long to be scanned at claim.
    let facts: ContentFacts?
    /// Its turn among others.
    let messageClass: MessageClass
    /// Its due recipients, by the ways they go.
    let groups: [RoutingTable.Group]
    /// What the groups tried so far have brought, in their order.
    var results: [AttemptResult] = []
    /// The configuration under which it was routed.
    var generation = 0

    var stem: MessageStem { claimed.stem }

    /// The group whose turn it is; nil when all had theirs.
    var nextGroup: RoutingTable.Group? { results.count < groups.count ? groups[results.count] : nil }

    /// The routes of the groups that nobody has answered in full.
    var unansweredRoutes: [Int] {
        groups.enumerated().compactMap { index, group in
            let isAnswered = index < results.count && results[index].answers.count == group.recipients.count
            return isAnswered ? nil : group.route
        }
    }

    /// What the rules need to know of it.
    var ruleFacts: MessageFacts {
        MessageFacts(
            attempts: claimed.history.attempts,
            queuedAt: claimed.queuedAt,
            expires: claimed.options.expires,
            dueCount: claimed.dueRecipients.count,
            laterAttempt: claimed.dueRecipients.count < claimed.openRecipients.count
                ? claimed.history.nextAttempt : nil,
            hasFailedRecipient: claimed.history.hasFailedRecipient
        )
    }
}

/// The spool's content as the client's source of bytes.
struct SpoolContentSource: ContentSource {
    let content: MessageContent

    var byteCount: Int64 { content.byteCount }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try content.read(at: offset, into: buffer)
    }

    func verifyUnchanged() throws { try content.verifyUnchanged() }
}
