// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How header fields are written.
package struct HeaderStyle: Hashable, Sendable {
    /// Longest line that folding aims at, in bytes without its end; nil does not fold.
    package var lineByteLimit: Int?
    /// Whether text beyond ASCII becomes encoded words (RFC 2047); if not it stays as it is (RFC 6532).
    package var usesEncodedWords: Bool

    /// The style that every reader understands.
    ///
    /// - SeeAlso: RFC 2047 §2: 76 characters a line where encoded words stand.
    package static let standard = HeaderStyle(lineByteLimit: 76, usesEncodedWords: true)

    /// A style.
    package init(lineByteLimit: Int?, usesEncodedWords: Bool) {
        self.lineByteLimit = lineByteLimit
        self.usesEncodedWords = usesEncodedWords
    }
}
