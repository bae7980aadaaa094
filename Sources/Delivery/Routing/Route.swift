// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// Which relays take which mail.
package struct Route: Hashable, Sendable {
    /// The name that the status and the log use.
    package let name: String
    /// The senders it is for; empty for all.
    package let senders: [RoutePattern]
    /// The recipients it is for; empty for all.
    package let recipients: [RoutePattern]
    /// The relays by preference, as positions in the list of relays: those of one rank share the mail by their weight, those
    /// of the next rank take it while none of these can.
    package let ranks: [[Int]]

    /// A route.
    package init(
        name: String,
        senders: [RoutePattern] = [],
        recipients: [RoutePattern] = [],
        ranks: [[Int]]
    ) {
        self.name = name
        self.senders = senders
        self.recipients = recipients
        self.ranks = ranks
    }

    /// Whether it is for all mail.
    package var isForAll: Bool { senders.isEmpty && recipients.isEmpty }

    /// Whether it is for mail of `sender`, nil being the null reverse path, to `recipient`.
    package func matches(sender: MailAddress?, recipient: MailAddress) -> Bool {
        (senders.isEmpty || senders.contains { $0.matches(sender) })
            && (recipients.isEmpty || recipients.contains { $0.matches(recipient) })
    }
}
