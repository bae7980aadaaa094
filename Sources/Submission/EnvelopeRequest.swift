// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import ProgramOutput
package import Spool

/// The envelope that the command line asks for, before the message is known.
///
/// Pure.
///
/// | asked for | envelope block of the queue file |
/// |---|---|
/// | recipients | Queue-From and a Queue-To for each; without `-f` the sender is the message's, else `user@host` |
/// | `-t` | no Queue-To: the daemon reads To, Cc and Bcc, and removes Bcc; Queue-From with `-f`, or with parameters |
package struct EnvelopeRequest: Hashable {
    /// The sender of `-f`.
    package var sender: EnvelopeSender?
    /// Parameters of the sender that have options of their own.
    package var senderParameters: [ESMTPParameter] = []
    /// The recipients of the command line; empty with `-t`.
    package var recipients: [EnvelopeRecipient] = []
    /// Not to be sent before this time.
    package var after: Timestamp?
    /// To be given up at this time.
    package var expires: Timestamp?
    /// Urgency, -9 to 9.
    package var priority: Int?
    /// The name of the one relay to use.
    package var relay: String?

    /// What is asked for.
    package init(
        sender: EnvelopeSender? = nil,
        recipients: [EnvelopeRecipient] = [],
        priority: Int? = nil,
        relay: String? = nil
    ) {
        self.sender = sender
        self.recipients = recipients
        self.priority = priority
        self.relay = relay
    }

    /// The envelope block for a message with this header.
    ///
    /// - Parameters:
    ///   - header: the header of the message.
    ///   - local: the sender for a message that names none.
    /// - Returns: the block, with which the daemon finds a sender and at least one recipient.
    /// - Throws: ``CommandFailure`` when the message lacks what is to be taken from it.
    package func envelope(
        for header: HeaderBlock,
        local: () throws(CommandFailure) -> EnvelopeSender
    ) throws(CommandFailure) -> QueueFileEnvelope {
        var block = QueueFileEnvelope(
            sender: sender,
            recipients: recipients,
            after: after,
            expires: expires,
            priority: priority,
            relay: relay
        )
        if recipients.isEmpty {
            let derived = try Self.checked { () throws(EnvelopeError) in
                try PlainMessageEnvelope.derive(from: header, sender: sender)
            }
            if !senderParameters.isEmpty { block.sender = derived.sender }
        } else if sender == nil {
            block.sender = if let named = try Self.sender(of: header) { named } else { try local() }
        }
        block.sender = try block.sender.map { sender throws(CommandFailure) in
            try Self.checked { () throws(EnvelopeError) in
                try EnvelopeSender(path: sender.path, parameters: sender.parameters + senderParameters)
            }
        }
        return block
    }

    /// The sender that the message names; nil when it names none.
    private static func sender(of header: HeaderBlock) throws(CommandFailure) -> EnvelopeSender? {
        guard header.has("From") || header.has("Sender") || header.has("Resent-From") else { return nil }
        return try checked { () throws(EnvelopeError) in
            do throws(EnvelopeError) {
                return try PlainMessageEnvelope.derivedSender(from: header)
            } catch {
                guard error.code == .noSender else { throw error }
                return nil
            }
        }
    }

    private static func checked<Value>(
        _ read: () throws(EnvelopeError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(EnvelopeError) {
            return try read()
        } catch {
            let summary =
                switch error.code {
                case .noRecipient: "no recipient: the message has no address in To, Cc or Bcc"
                case .noSender: "no sender: the message has no address in From or Sender, name one with -f"
                case .address, .parameter: error.summary
                }
            throw CommandFailure(summary, .badData)
        }
    }
}
