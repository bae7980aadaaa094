// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// One entry of an address list: a mailbox, or a group of them.
///
/// - SeeAlso: RFC 5322 §3.4
package enum AddressListEntry: Hashable, Sendable {
    /// One mailbox.
    case mailbox(Mailbox)
    /// A group: `team: a@b.example, c@d.example;`; the name as in ``Mailbox/displayName``.
    case group(name: String, members: [Mailbox])

    /// The mailboxes of the entry.
    package var mailboxes: [Mailbox] {
        switch self {
        case .mailbox(let mailbox): [mailbox]
        case .group(_, let members): members
        }
    }
}
