// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Where reports about a message go: an address, or nowhere.
///
/// - SeeAlso: RFC 5321 §4.5.5
package enum ReversePath: Hashable, Sendable, CustomStringConvertible {
    /// `<>`: no report is ever sent.
    case null
    /// `<local@domain>`.
    case address(MailAddress)

    /// The path as on the wire, with its angle brackets.
    package var description: String {
        switch self {
        case .null: "<>"
        case .address(let address): "<\(address)>"
        }
    }

    /// The address, if there is one.
    package var address: MailAddress? {
        if case .address(let address) = self { address } else { nil }
    }
}
