// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A message that a sink has accepted.
package struct SinkMessage: Hashable, Sendable {
    /// The argument of MAIL FROM with its parameters, as sent: printable text and valid UTF-8, but nothing more.
    package let sender: String
    /// The arguments of RCPT TO with their parameters, as sent.
    package let recipients: [String]
    /// The content, lines ended by CRLF, transparency undone; empty when the sink reports none.
    package internal(set) var content: [UInt8] = []
    /// Size of the content in bytes.
    package let byteCount: Int
}
