// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What must be known of a message before it may be offered to a relay.
package struct ContentFacts: Hashable, Sendable {
    /// The size on the wire: with every line ended by CR LF, before dots are doubled.
    ///
    /// This is the number of SIZE.
    package var wireByteCount: Int64
    /// Whether a byte above 127 stands anywhere.
    package var isEightBit: Bool
    /// The length of the longest line in bytes, without its line end.
    package var longestLine: Int
    /// Whether a NUL stands anywhere.
    package var hasNUL: Bool
    /// Whether a byte above 127 stands in the header.
    package var hasNonASCIIHeader: Bool

    /// Facts known from elsewhere.
    package init(
        wireByteCount: Int64,
        isEightBit: Bool,
        longestLine: Int,
        hasNUL: Bool,
        hasNonASCIIHeader: Bool
    ) {
        self.wireByteCount = wireByteCount
        self.isEightBit = isEightBit
        self.longestLine = longestLine
        self.hasNUL = hasNUL
        self.hasNonASCIIHeader = hasNonASCIIHeader
    }
}
