// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What some content asks of the way it is sent on: found byte by byte, in any number of pieces.
///
/// Cost: one pass, no memory.
///
/// - SeeAlso: RFC 2045 §2.7 (7bit), §2.8 (8bit), RFC 5322 §2.1.1 (998 characters a line)
package struct ContentProfile: Hashable, Sendable {
    /// Longest line that SMTP carries, in bytes without its end.
    package static let longestLine = 998

    /// Whether a byte beyond ASCII was seen.
    package private(set) var hasEightBit = false
    /// Whether a NUL was seen.
    package private(set) var hasNUL = false
    /// Whether a line was seen that is longer than SMTP carries.
    package private(set) var hasLongLine = false
    private var column = 0
    private var endsWithReturn = false

    /// Whether any relay can carry the content as it is.
    package var fits7Bit: Bool { fits8Bit && !hasEightBit }
    /// Whether a relay with 8BITMIME can carry the content as it is.
    package var fits8Bit: Bool { !hasNUL && !hasLongLine }

    /// A profile of nothing.
    package init() {}

    /// A profile of some bytes.
    package init(of bytes: some Sequence<UInt8>) { scan(bytes) }

    /// Goes on with some bytes.
    package mutating func scan(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                column = 0
                endsWithReturn = false
                continue
            }
            // A CR counts only when it turns out not to be half of a line end.
            if endsWithReturn { column += 1 }
            endsWithReturn = byte == UInt8(ascii: "\r")
            if !endsWithReturn { column += 1 }
            if column > Self.longestLine { hasLongLine = true }
            if byte >= 0x80 { hasEightBit = true }
            if byte == 0 { hasNUL = true }
        }
    }
}
