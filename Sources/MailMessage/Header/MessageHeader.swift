// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The header of a message that is composed, without the fields that describe the body.
///
/// There is no place for a Bcc: who receives a message without being named stands in the envelope alone.
///
/// - SeeAlso: RFC 5322 §3.6, RFC 2156 §5.3 (Importance, Priority, Sensitivity), RFC 8098 §2.1
package struct MessageHeader: Hashable, Sendable {
    /// How much the message matters to its reader.
    package enum Importance: String, Sendable {
        case high
        case normal
        case low
    }

    /// How quickly the message should travel.
    package enum Priority: String, Sendable {
        case normal
        case urgent
        case nonUrgent = "non-urgent"
    }

    /// For whom the message is.
    package enum Sensitivity: String, Sendable {
        case personal = "Personal"
        case `private` = "Private"
        case companyConfidential = "Company-Confidential"
    }

    /// The authors.
    package var from: [Mailbox]
    /// Who sends for the authors; needed where there are several (RFC 5322 §3.6.2).
    package var sender: Mailbox?
    /// Where answers should go.
    package var replyTo: [AddressListEntry] = []
    /// The primary recipients.
    package var to: [AddressListEntry]
    /// The recipients of copies.
    package var cc: [AddressListEntry] = []
    /// The subject, any text; nil for no such field.
    package var subject: String?
    /// The date, as ``MailDate`` writes it; nil for no such field.
    package var date: String?
    /// The Message-ID, with its angle brackets; nil for no such field.
    package var messageID: String?
    /// How much the message matters.
    package var importance: Importance?
    /// How quickly it should travel.
    package var priority: Priority?
    /// For whom it is.
    package var sensitivity: Sensitivity?
    /// Who is to be told that the message has been read.
    package var dispositionNotificationTo: [Mailbox] = []
    /// Who is to be told that it has been delivered, by programs that know this old field.
    package var returnReceiptTo: [Mailbox] = []
    /// Further fields, which stand behind all others.
    package var extraFields: [ExtraField] = []

    /// A header with its authors and recipients.
    package init(from: [Mailbox], to: [AddressListEntry] = []) {
        self.from = from
        self.to = to
    }

    /// The fields, each folded and without the line end behind it.
    package func fields(style: HeaderStyle = .standard) -> [String] {
        var fields: [String] = []
        let addText = { (name: String, text: String?) in
            if let text { fields.append(HeaderFieldEncoder.unstructured(name, text, style: style)) }
        }
        let addAddresses = { (name: String, entries: [AddressListEntry]) in
            guard !entries.isEmpty else { return }
            fields.append(HeaderFieldEncoder.addresses(name, entries, style: style))
        }
        addText("Date", date)
        addAddresses("From", from.map(AddressListEntry.mailbox))
        addAddresses("Sender", [sender].compactMap { $0.map(AddressListEntry.mailbox) })
        addAddresses("Reply-To", replyTo)
        addText("Message-ID", messageID)
        addText("Subject", subject)
        addAddresses("To", to)
        addAddresses("Cc", cc)
        addText("Importance", importance?.rawValue)
        addText("Priority", priority?.rawValue)
        addText("Sensitivity", sensitivity?.rawValue)
        addAddresses("Disposition-Notification-To", dispositionNotificationTo.map(AddressListEntry.mailbox))
        addAddresses("Return-Receipt-To", returnReceiptTo.map(AddressListEntry.mailbox))
        return fields + extraFields.map { HeaderFieldEncoder.field($0.name, $0.value, style: style) }
    }

    /// All text of the header that a character set must have.
    var texts: [String] {
        let entries = from.map(AddressListEntry.mailbox) + replyTo + to + cc
        let names = entries.flatMap { entry in
            if case .group(let name, let members) = entry {
                return [name] + members.compactMap(\.displayName)
            }
            return entry.mailboxes.compactMap(\.displayName)
        }
        let others = ([sender].compactMap(\.self) + dispositionNotificationTo + returnReceiptTo)
            .compactMap(\.displayName)
        return [subject].compactMap(\.self) + names + others + extraFields.map(\.value)
    }
}
