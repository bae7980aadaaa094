// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// One thing that happened to a message: a line of its delivery journal.
package enum JournalRecord: Hashable, Sendable {
    /// What became of one recipient in an attempt.
    package struct RecipientLine: Hashable, Sendable {
        /// The recipient's address.
        package let address: String
        /// `delivered`, `deferred` or `failed`.
        package let outcome: RecipientState
        /// The reply code, if there was a reply.
        package let code: Int?
        /// The enhanced status code, such as `4.7.1`.
        package let status: String?
        /// The reply or the reason, printable.
        package let reply: String
        /// Whether the answer to the final dot was never seen.
        package let isUnconfirmed: Bool

        /// A line.
        package init(
            address: String,
            outcome: RecipientState,
            code: Int? = nil,
            status: String? = nil,
            reply: String,
            isUnconfirmed: Bool = false
        ) {
            self.address = address
            self.outcome = outcome
            self.code = code
            self.status = status
            self.reply = reply
            self.isUnconfirmed = isUnconfirmed
        }
    }

    /// An attempt that counts began.
    case attempt(number: Int, relay: String, peer: String?, tls: String?)
    /// What became of one recipient.
    case recipient(RecipientLine)
    /// The next attempt is not made before this time.
    case retry(number: Int, next: Timestamp)
    /// A person changed the state.
    case state(from: SpoolState, to: SpoolState, by: String)
    /// The file is not a message.
    case problem(String)
    /// The date that the message without one is given, the same at each attempt.
    case date(Timestamp)
    /// The sender is told: `failed`, `delayed` or `relayed`. The id is the name of the report; nil when it was withheld.
    case report(action: String, id: String?)
}

/// Where a recipient stands.
package enum RecipientState: String, Hashable, Sendable {
    /// The relay has taken the message for it. Final.
    case delivered
    /// Refused for now.
    case deferred
    /// Given up. Final.
    case failed
}
