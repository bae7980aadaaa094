// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The value of the parameter BODY: what a content consists of, where that is more than 7-bit lines.
package enum BodyType: String, Hashable, Sendable, CaseIterable {
    /// Bytes above 127 (RFC 6152).
    case eightBit = "8BITMIME"
    /// Also NUL, and lines of any length; only with BDAT (RFC 3030 §3).
    case binary = "BINARYMIME"
}
