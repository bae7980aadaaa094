// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Decodes the encoded words of header text, for reading.
///
/// Blanks between two encoded words are dropped, and bytes of neighbours in one character set are decoded together,
/// because some programs divide characters. A word in an unknown character set, or one that is not well formed, stays as it
/// is. Controls that come out become blanks.
///
/// Cost: linear in the length of the text.
///
/// - SeeAlso: RFC 2047 §6, RFC 2231 §5 (language tags)
package struct EncodedWordReader {
    private struct Word {
        let charset: TextCharset
        let bytes: [UInt8]
        let end: Int
    }

    private let input: [UInt8]
    private var output = ""
    private var pending: [UInt8] = []
    private var charset: TextCharset?

    /// The text as a person reads it.
    package static func decode(_ text: String) -> String {
        guard text.contains("=?") else { return text }
        var reader = Self(input: Array(text.utf8))
        return reader.decode()
    }

    private init(input: [UInt8]) { self.input = input }

    private mutating func decode() -> String {
        var index = 0
        var plainStart = 0
        while index < input.count {
            guard let word = word(at: index) else {
                index += 1
                continue
            }
            appendPlain(input[plainStart..<index])
            if charset != word.charset { flush() }
            charset = word.charset
            pending += word.bytes
            index = word.end
            plainStart = index
        }
        appendPlain(input[plainStart...])
        flush()
        return output
    }

    private mutating func appendPlain(_ bytes: ArraySlice<UInt8>) {
        let isBetweenWords = charset != nil && bytes.endIndex < input.count
        if isBetweenWords, bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return }
        guard !bytes.isEmpty else { return }
        flush()
        output += String(decoding: bytes, as: UTF8.self)
    }

    private mutating func flush() {
        if let charset { output += CharacterRules.withoutControls(charset.decode(pending)) }
        charset = nil
        pending = []
    }

    /// The encoded word that begins here: `=?charset*language?encoding?text?=`.
    private func word(at start: Int) -> Word? {
        guard input[start] == UInt8(ascii: "="), let label = part(from: start + 1),
            let encoding = part(from: label.upperBound), encoding.count == 1,
            let text = part(from: encoding.upperBound),
            text.upperBound + 1 < input.count, input[text.upperBound + 1] == UInt8(ascii: "=")
        else { return nil }
        let name = input[label].prefix { $0 != UInt8(ascii: "*") }
        guard let charset = TextCharset(named: String(decoding: name, as: UTF8.self)) else { return nil }
        switch input[encoding.lowerBound] {
        case UInt8(ascii: "B"), UInt8(ascii: "b"):
            return Word(
                charset: charset,
                bytes: Base64.decodeLeniently(input[text]),
                end: text.upperBound + 2
            )
        case UInt8(ascii: "Q"), UInt8(ascii: "q"):
            return Word(charset: charset, bytes: unquoted(input[text]), end: text.upperBound + 2)
        default: return nil
        }
    }

    /// What stands between the `?` at `start` and the next one; nil when a blank or the end comes first.
    private func part(from start: Int) -> Range<Int>? {
        guard start < input.count, input[start] == UInt8(ascii: "?") else { return nil }
        var end = start + 1
        while end < input.count, input[end] != UInt8(ascii: "?") {
            if input[end] == 0x20 || input[end] == 0x09 { return nil }
            end += 1
        }
        return end < input.count ? start + 1..<end : nil
    }

    private func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
        // Before the digits are read: an underscore that they stand for is one.
        let blanks = text.map { $0 == UInt8(ascii: "_") ? 0x20 : $0 }
        return Hexadecimal.unescape(blanks[...], mark: UInt8(ascii: "="))
    }
}
