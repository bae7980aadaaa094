// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Who a message is from and for, as SMTP carries it beside the message.
///
/// - SeeAlso: RFC 5321 §2.3.1
package struct Envelope: Hashable, Sendable {
    /// The sender.
    package let sender: EnvelopeSender
    /// The recipients, in their order, no address twice.
    package let recipients: [EnvelopeRecipient]

    /// An envelope.
    ///
    /// Of several recipients with the same address the first stays; the case of a domain does not count.
    package init(sender: EnvelopeSender, recipients: [EnvelopeRecipient]) {
        self.sender = sender
        var seen: Set<String> = []
        self.recipients = recipients.filter { recipient in
            seen.insert(recipient.address.localPart + "@" + recipient.address.domain.lowercased()).inserted
        }
    }
}
