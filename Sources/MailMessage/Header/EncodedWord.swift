// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Header text as encoded words.
///
/// - SeeAlso: RFC 2047 §2, §4 (B and Q), §5
package enum EncodedWord {
    /// Longest encoded word.
    private static let limit = 75
    /// Room for one character at least: four bytes of UTF-8 as Q.
    private static let least = 24

    /// Whether header text cannot stand as it is: it can when it is printable ASCII in words of a length that lines can
    /// have, none of which looks like an encoded word.
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
    /// B or Q, whichever is shorter. No character is divided between two words. A text that the character set does not
    /// have in full is written in UTF-8: what must be refused is refused before it comes here.
    package static func words(
        for text: String,
        charset: TextCharset = .utf8,
        firstLimit: Int = limit
    ) -> [String] {
        let (used, characters) = TextCharset.characters(of: text, in: [charset])
        return words(of: characters, label: used.name, firstLimit: firstLimit)
    }

    /// Characters, each as its bytes, as encoded words with a label.
    static func words(of characters: [[UInt8]], label: String, firstLimit: Int = limit) -> [String] {
        let byteCount = characters.reduce(0) { $0 + $1.count }
        let isQuoted = characters.reduce(0) { $0 + quotedLength($1) } <= (byteCount + 2) / 3 * 4
        let prefix = "=?\(label)?\(isQuoted ? "Q" : "B")?"
        let room = { (length: Int) in
            let rest = length - prefix.utf8.count - 2
            return isQuoted ? rest : rest / 4 * 3
        }
        var words: [String] = []
        var chunk: [UInt8] = []
        var length = 0
        var capacity = room(max(least + label.utf8.count, min(firstLimit, limit)))
        for character in characters {
            let added = isQuoted ? quotedLength(character) : character.count
            if length + added > capacity, !chunk.isEmpty {
                words.append(prefix + (isQuoted ? quoted(chunk) : Base64.encode(chunk)) + "?=")
                chunk = []
                length = 0
                capacity = room(limit)
            }
            chunk += character
            length += added
        }
        if !chunk.isEmpty { words.append(prefix + (isQuoted ? quoted(chunk) : Base64.encode(chunk)) + "?=") }
        return words
    }

    private static func quotedLength(_ character: [UInt8]) -> Int {
        character.reduce(0) { $0 + ($1 == 0x20 || isLiteral($1) ? 1 : 3) }
    }

    private static func quoted(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            if byte == 0x20 {
                text.append(UInt8(ascii: "_"))
            } else if isLiteral(byte) {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "=")] + Hexadecimal.digits(of: byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What may stand for itself in a phrase, and so anywhere (RFC 2047 §5).
    private static func isLiteral(_ byte: UInt8) -> Bool {
        CharacterRules.isAlphanumeric(byte) || "!*+-/".utf8.contains(byte)
    }
}
