// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What some content asks of the way it is sent on.
///
/// - SeeAlso: RFC 2045 §2.7 (7bit), §2.8 (8bit), RFC 5322 §2.1.1 (998 characters a line)
struct ContentProfile: Hashable {
    /// Longest line that SMTP carries, in bytes without its end.
    static let longestLine = 998

    /// Whether a byte beyond ASCII stands in it.
    private(set) var hasEightBit = false
    /// Whether a relay with 8BITMIME can carry it as it is: no NUL, no line that is too long.
    private(set) var fits8Bit = true

    /// Whether any relay can carry it as it is.
    var fits7Bit: Bool { fits8Bit && !hasEightBit }

    init(of bytes: ArraySlice<UInt8>) {
        for line in TextLines(bytes) {
            if line.content.count > Self.longestLine { fits8Bit = false }
            for byte in line.content {
                if byte >= 0x80 { hasEightBit = true }
                if byte == 0 { fits8Bit = false }
            }
        }
    }
}
