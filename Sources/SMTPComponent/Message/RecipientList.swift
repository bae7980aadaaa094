// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// The recipients of a message: SendTo, Cc and BCc are views of this one list.
struct RecipientList: Hashable, Sendable {
    /// Most entries.
    static let limit = 100_000

    private(set) var entries: [Recipient] = []

    /// The number of entries; setting it adds empty ones or cuts the list short.
    var count: Int {
        get { entries.count }
        set {
            if newValue < entries.count {
                entries.removeLast(entries.count - newValue)
            } else {
                entries += Array(repeating: Recipient(), count: newValue - entries.count)
            }
        }
    }

    /// Changes one entry.
    mutating func change(_ index: Int, _ change: (inout Recipient) -> Void) throws(SMTPError) {
        guard entries.indices.contains(index) else { throw SMTPError(.noSuchIndex, "\(index)") }
        change(&entries[index])
    }

    /// The entries of a type as an address list.
    func list(of type: SMTP.RecipientType) -> String {
        entries.filter { $0.type == type }.map(\.listed).joined(separator: ", ")
    }

    /// Adds the entries of an address list; those that are there stay.
    mutating func append(_ list: String, as type: SMTP.RecipientType) throws(SMTPError) {
        let mailboxes: [Mailbox]
        do throws(AddressError) {
            mailboxes = try AddressListParser.mailboxes(in: list)
        } catch {
            throw SMTPError(.invalidAddress, error.summary)
        }
        guard entries.count + mailboxes.count <= Self.limit else {
            throw SMTPError(.invalidValue, "more than \(Self.limit) recipients")
        }
        entries += mailboxes.map {
            Recipient(address: $0.address.description, name: $0.displayName ?? "", type: type)
        }
    }

    /// The mailboxes of a type, for a header.
    func mailboxes(of type: SMTP.RecipientType) throws(SMTPError) -> [Mailbox] {
        var found: [Mailbox] = []
        for entry in entries where entry.type == type && !entry.address.isEmpty {
            found.append(try entry.mailbox())
        }
        return found
    }

    /// Whom RCPT goes to, no address twice: the first entry of an address counts.
    func envelope() throws(SMTPError) -> [(type: SMTP.RecipientType, recipient: EnvelopeRecipient)] {
        var seen: Set<String> = []
        var found: [(type: SMTP.RecipientType, recipient: EnvelopeRecipient)] = []
        for entry in entries where !entry.address.isEmpty {
            let recipient = try entry.envelopeRecipient()
            let key = recipient.address.localPart + "@" + recipient.address.domain.lowercased()
            if seen.insert(key).inserted { found.append((entry.type, recipient)) }
        }
        return found
    }
}
