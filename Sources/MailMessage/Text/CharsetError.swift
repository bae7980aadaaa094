// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A text that a character set cannot write.
package struct CharsetError: Error, Hashable, Sendable {
    /// The character set that was asked for.
    package let charset: TextCharset
    /// The first character that it does not have.
    package let character: Unicode.Scalar
    /// How many characters stand before that one.
    package let offset: Int

    /// What is wrong, printable.
    package var summary: String {
        let number = String(character.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - number.utf8.count)) + number
        return
            "\(charset.name) has no \"\(PrintableText(String(character)))\" (U+\(padded), character \(offset + 1))"
    }
}
