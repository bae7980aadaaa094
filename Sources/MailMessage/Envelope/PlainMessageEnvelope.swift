// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The envelope of a plain message, read from its header.
///
/// | of | taken from |
/// |---|---|
/// | recipients | the first block of Resent-To, Resent-Cc, Resent-Bcc; without one To, Cc, Bcc |
/// | sender | the Resent-Sender or the first Resent-From of that block; without one Sender, else the first From |
///
/// A name without a domain, such as `root`, is one of this host: see ``LocalAddressRules``.
///
/// - SeeAlso: RFC 5322 §3.6.6: the newest Resent block stands first.
package enum PlainMessageEnvelope {
    /// The envelope of the message.
    ///
    /// - Parameters:
    ///   - header: the header of the message.
    ///   - sender: a sender that is known from elsewhere; the header is not asked for one.
    /// - Returns: the envelope, with one recipient at least.
    /// - Throws: ``EnvelopeError`` when no recipient or no sender is found, or an address is not valid.
    package static func derive(
        from header: HeaderBlock,
        sender: EnvelopeSender? = nil
    ) throws(EnvelopeError) -> Envelope {
        let resent = newestResentBlock(of: header)
        let prefix = resent.isEmpty ? "" : "resent-"
        let fields = resent.isEmpty ? header.fields : resent
        var recipients: [EnvelopeRecipient] = []
        for field in fields
        where ["to", "cc", "bcc"].contains(where: { HeaderBlock.isSame(field.name, prefix + $0) }) {
            for mailbox in try mailboxes(of: field, in: header) {
                recipients.append(try EnvelopeRecipient(address: mailbox.address))
            }
        }
        guard !recipients.isEmpty else {
            throw EnvelopeError(
                .noRecipient,
                "no recipient: the message has no address in To, Cc or Bcc, and no Queue-To stands before it"
            )
        }
        if let sender { return Envelope(sender: sender, recipients: recipients) }
        return Envelope(
            sender: try derivedSender(of: fields, prefix: prefix, in: header),
            recipients: recipients
        )
    }

    /// The sender of the message: Sender, else the first From, of the newest Resent block or of the message itself.
    package static func derivedSender(from header: HeaderBlock) throws(EnvelopeError) -> EnvelopeSender {
        let resent = newestResentBlock(of: header)
        return try derivedSender(
            of: resent.isEmpty ? header.fields : resent,
            prefix: resent.isEmpty ? "" : "resent-",
            in: header
        )
    }

    private static func derivedSender(
        of fields: [HeaderBlock.Field],
        prefix: String,
        in header: HeaderBlock
    ) throws(EnvelopeError) -> EnvelopeSender {
        for name in ["sender", "from"] {
            for field in fields where HeaderBlock.isSame(field.name, prefix + name) {
                if let mailbox = try mailboxes(of: field, in: header).first {
                    return try EnvelopeSender(path: .address(mailbox.address))
                }
            }
        }
        throw EnvelopeError(
            .noSender,
            "no sender: the message has no address in From or Sender, and no Queue-From stands before it"
        )
    }

    private static func mailboxes(
        of field: HeaderBlock.Field,
        in header: HeaderBlock
    ) throws(EnvelopeError) -> [Mailbox] {
        do throws(AddressError) {
            return try AddressListParser.mailboxes(
                in: header.value(of: field),
                domainIfMissing: LocalAddressRules.hostDomain
            )
        } catch {
            throw EnvelopeError(.address, "header \(field.name): \(error.summary)")
        }
    }

    /// The fields of the first Resent block that has recipients: up to the next trace field or repeated Resent name.
    private static func newestResentBlock(of header: HeaderBlock) -> [HeaderBlock.Field] {
        var block: [HeaderBlock.Field] = []
        var names: Set<String> = []
        for field in header.fields {
            let name = field.name.lowercased()
            guard name.hasPrefix("resent-") else {
                if !block.isEmpty { break }
                continue
            }
            guard names.insert(name).inserted else { break }
            block.append(field)
        }
        let hasRecipients = !names.isDisjoint(with: ["resent-to", "resent-cc", "resent-bcc"])
        return hasRecipients ? block : []
    }
}
