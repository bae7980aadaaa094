// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

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
    /// Reports that are written before the message goes to its next state.
    var reports: [DeliveryReport] = []

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
    var ruleFacts: MessageFacts { MessageFacts(claimed) }
}
