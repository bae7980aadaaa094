// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How much of a reply is read before the server is taken to be broken or hostile.
package struct ReplyLimits: Hashable, Sendable {
    /// The longest line in bytes, code included, line end not.
    ///
    /// RFC 5321 §4.5.3.1.5 asks for 512.
    package var lineByteCount: Int
    /// The most lines of one reply: the answer to EXPN has one for each address.
    package var lineCount: Int

    /// Limits chosen one by one.
    package init(lineByteCount: Int, lineCount: Int) {
        self.lineByteCount = lineByteCount
        self.lineCount = lineCount
    }

    /// Lines of 4096 bytes, 1000 lines.
    package static let standard = ReplyLimits(lineByteCount: 4096, lineCount: 1000)
}
