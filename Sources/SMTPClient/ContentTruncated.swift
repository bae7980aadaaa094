// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A content ended before its stated size.
struct ContentTruncated: Error, Hashable, CustomStringConvertible {
    /// The stated size in bytes.
    let expected: Int64
    /// The bytes there were.
    let found: Int64

    var description: String { "the content ended after \(found) of \(expected) bytes" }
}
