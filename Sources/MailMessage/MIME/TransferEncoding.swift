// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How the content of a part is represented.
///
/// - SeeAlso: RFC 2045 §6
package enum TransferEncoding: String, CaseIterable, Sendable {
    /// Lines of at most 998 bytes of ASCII, as they are.
    case sevenBit = "7bit"
    /// Lines of at most 998 bytes, as they are.
    case eightBit = "8bit"
    /// Any bytes, as they are.
    case binary
    /// Mostly ASCII, the rest as `=XX`.
    case quotedPrintable = "quoted-printable"
    /// Three bytes as four characters.
    case base64

    /// The encoding that a Content-Transfer-Encoding field names; nil for one that is not known.
    init?(named name: String) {
        self.init(rawValue: name.lowercased().filter { $0 != " " && $0 != "\t" })
    }

    /// Whether the content stands as it is.
    var isIdentity: Bool {
        switch self {
        case .sevenBit, .eightBit, .binary: true
        case .quotedPrintable, .base64: false
        }
    }
}
