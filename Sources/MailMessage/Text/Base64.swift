// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Base64 in its standard alphabet, padded.
///
/// - SeeAlso: RFC 4648 §4
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    /// The text of some bytes.
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: text(of: bytes), as: UTF8.self)
    }

    /// The text of some bytes in lines of 76 characters, each ended by CRLF.
    ///
    /// - SeeAlso: RFC 2045 §6.8
    static func encodeLines(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity((bytes.count / bytesPerLine + 1) * 78)
        var rest = bytes
        while !rest.isEmpty {
            lines += text(of: rest.prefix(bytesPerLine))
            lines += [0x0D, 0x0A]
            rest = rest.dropFirst(bytesPerLine)
        }
        return lines
    }

    /// Bytes that fill one line of base64.
    static let bytesPerLine = 57

    private static func text(of bytes: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var iterator = bytes.makeIterator()
        while let first = iterator.next() {
            let second = iterator.next()
            let third = second == nil ? nil : iterator.next()
            let group = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
            text.append(alphabet[Int(group >> 18 & 63)])
            text.append(alphabet[Int(group >> 12 & 63)])
            text.append(second == nil ? UInt8(ascii: "=") : alphabet[Int(group >> 6 & 63)])
            text.append(third == nil ? UInt8(ascii: "=") : alphabet[Int(group & 63)])
        }
        return text
    }

    /// The bytes of a text; nil when it is not base64 to its last character.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        var count = 0
        var padding = 0
        for character in text.utf8 {
            if character == UInt8(ascii: "=") {
                padding += 1
                group <<= 6
            } else {
                guard padding == 0, let value = value(of: character) else { return nil }
                group = group << 6 | value
            }
            count += 1
            if count % 4 == 0 {
                guard padding <= 2 else { return nil }
                let three = [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)]
                bytes += three.prefix(3 - padding)
                group = 0
            }
        }
        return count % 4 == 0 ? bytes : nil
    }

    /// The bytes that a text of mail stands for: other characters are passed over, and what is missing at its end too.
    ///
    /// - SeeAlso: RFC 2045 §6.8
    static func decodeLeniently(_ text: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var bits = 0
        for character in text {
            if character == UInt8(ascii: "=") {
                bits = 0
            } else if let value = value(of: character) {
                group = (group << 6 | value) & 0xFFFF
                bits += 6
                if bits >= 8 {
                    bits -= 8
                    bytes.append(UInt8(group >> UInt32(bits) & 255))
                }
            }
        }
        return bytes
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
