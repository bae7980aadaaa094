// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Header text beyond ASCII as encoded words in UTF-8.
///
/// - SeeAlso: RFC 2047 §2, §4.1 (base64), §5
package enum EncodedWord {
    /// Longest encoded word.
    private static let limit = 75
    /// Room for one character at least.
    private static let least = 24
    private static let prefix = "=?utf-8?B?"
    private static let suffix = "?="

    /// Whether header text can stand as it is: printable ASCII in words of a length that lines can have, none of which
    /// looks like an encoded word.
    static func isNeeded(for text: String) -> Bool {
        var length = 0
        for byte in text.utf8 {
            guard (0x20...0x7E).contains(byte) else { return true }
            length = byte == 0x20 ? 0 : length + 1
            // RFC 5322 §2.1.1: 998 characters a line.
            if length > 900 { return true }
        }
        return text.contains("=?")
    }

    /// The text as encoded words, the first at most `firstLimit` characters long, where that is room enough for
    /// one.
    ///
    /// No character is divided between two words.
    package static func words(for text: String, firstLimit: Int = limit) -> [String] {
        var words: [String] = []
        var chunk: [UInt8] = []
        var capacity = capacity(of: max(least, min(firstLimit, limit)))
        for scalar in text.unicodeScalars {
            let bytes = Unicode.UTF8.encode(scalar).map(Array.init) ?? []
            if chunk.count + bytes.count > capacity {
                words.append(word(chunk))
                chunk = []
                capacity = Self.capacity(of: limit)
            }
            chunk += bytes
        }
        if !chunk.isEmpty { words.append(word(chunk)) }
        return words
    }

    /// Bytes of text that a word of so many characters holds.
    private static func capacity(of length: Int) -> Int {
        (length - prefix.utf8.count - suffix.utf8.count) / 4 * 3
    }

    private static func word(_ bytes: [UInt8]) -> String { prefix + Base64.encode(bytes) + suffix }
}
