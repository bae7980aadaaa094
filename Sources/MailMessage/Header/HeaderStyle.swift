// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How header fields are written.
package struct HeaderStyle: Hashable, Sendable {
    /// Longest line that folding aims at, in bytes without its end; nil does not fold.
    ///
    /// Lines break at blanks and after commas, never within a word.
    package var lineByteLimit: Int?
    /// The character set of encoded words (RFC 2047); nil leaves text beyond ASCII as it is, in UTF-8 (RFC 6532).
    package var charset: TextCharset?

    /// The style that every reader understands.
    ///
    /// - SeeAlso: RFC 2047 §2: 76 characters a line where encoded words stand.
    package static let standard = HeaderStyle(lineByteLimit: 76, charset: .utf8)

    /// A style.
    package init(lineByteLimit: Int?, charset: TextCharset?) {
        self.lineByteLimit = lineByteLimit
        self.charset = charset
    }
}
