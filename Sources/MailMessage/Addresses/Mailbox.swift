// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// One entry of an address list: a mailbox with its display name.
///
/// - SeeAlso: RFC 5322 §3.4
package struct Mailbox: Hashable, Sendable {
    /// The name as written, quotes and escapes removed, encoded words left as they are; nil when there is none.
    package let displayName: String?
    /// The address.
    package let address: MailAddress
    /// The name as a person reads it: encoded words decoded; nil when there is none.
    package var readableName: String? { displayName.map(EncodedWordReader.decode) }

    /// A mailbox.
    package init(displayName: String? = nil, address: MailAddress) {
        self.displayName = displayName
        self.address = address
    }
}
