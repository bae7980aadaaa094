// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// The envelope block of a queue file: what stands before the message.
package struct QueueFileEnvelope: Hashable, Sendable {
    /// The sender, from `Queue-From` or `X-Sender`; nil for a plain message.
    package var sender: EnvelopeSender?
    /// The recipients, from `Queue-To` or `X-Receiver`; empty for a plain message.
    package var recipients: [EnvelopeRecipient]
    /// Not to be sent before this time.
    package var after: Timestamp?
    /// To be given up at this time.
    package var expires: Timestamp?
    /// Urgency, -9 (least) to 9 (most).
    package var priority: Int?
    /// The name of the one relay to use.
    package var relay: String?

    /// An envelope block.
    package init(
        sender: EnvelopeSender? = nil,
        recipients: [EnvelopeRecipient] = [],
        after: Timestamp? = nil,
        expires: Timestamp? = nil,
        priority: Int? = nil,
        relay: String? = nil
    ) {
        self.sender = sender
        self.recipients = recipients
        self.after = after
        self.expires = expires
        self.priority = priority
        self.relay = relay
    }

    /// The block as text, version 1, with the empty line that ends it.
    ///
    /// - Throws: ``SpoolError`` with code `malformed` when the relay's name or the priority cannot stand in a queue file, or
    ///   there are more recipients than one can have. Addresses and parameters are valid by their types.
    package func encoded() throws(SpoolError) -> [UInt8] {
        guard recipients.count <= QueueFileParser.recipientLimit else {
            throw SpoolError(.malformed, "there are more than \(QueueFileParser.recipientLimit) recipients")
        }
        var lines = ["Queue-Version: 1"]
        if let sender { lines.append("Queue-From: \(sender)") }
        for recipient in recipients { lines.append("Queue-To: \(recipient)") }
        if let after { lines.append("Queue-After: \(after)") }
        if let expires { lines.append("Queue-Expires: \(expires)") }
        if let priority {
            guard (-9...9).contains(priority) else {
                throw SpoolError(.malformed, "priority \(priority) is not between -9 and 9")
            }
            lines.append("Queue-Priority: \(priority)")
        }
        if let relay {
            guard QueueFileParser.isRelayName(relay) else {
                throw SpoolError(.malformed, "\"\(PrintableText(relay, limitBytes: 60))\" is no relay name")
            }
            lines.append("Queue-Relay: \(relay)")
        }
        let block = Array((lines.joined(separator: "\n") + "\n\n").utf8)
        guard block.count <= QueueFileParser.blockLimit else {
            throw SpoolError(.malformed, "the envelope is longer than \(QueueFileParser.blockLimit) bytes")
        }
        return block
    }
}
