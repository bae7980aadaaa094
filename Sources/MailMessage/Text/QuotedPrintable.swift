// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The quoted-printable encoding of text.
///
/// - SeeAlso: RFC 2045 §6.7
package enum QuotedPrintable {
    /// Longest encoded line, without the `=` of a soft break.
    private static let lineLimit = 75

    /// One line, without its line end, encoded into lines of at most 76 characters that are joined by soft breaks.
    static func encode(line: ArraySlice<UInt8>) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(line.count + line.count / 8)
        var width = 0
        for index in line.indices {
            let byte = line[index]
            // A blank at the end of a line would be lost on the way.
            let isLiteral = isLiteral(byte) || (isBlank(byte) && index != line.endIndex - 1)
            let length = isLiteral ? 1 : 3
            if width + length > lineLimit {
                encoded += [UInt8(ascii: "="), 0x0D, 0x0A]
                width = 0
            }
            if isLiteral {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "="))
                encoded += Hexadecimal.digits(of: byte)
            }
            width += length
        }
        return encoded
    }

    /// Text of any number of lines, ended by LF or CRLF; the encoded lines end with CRLF.
    package static func encode(text: ArraySlice<UInt8>) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.count + text.count / 8)
        for line in TextLines(text) {
            encoded += encode(line: line.content)
            if line.isTerminated { encoded += [0x0D, 0x0A] }
        }
        return encoded
    }

    /// Whether the encoding of a text is not longer than base64 would be: one byte of six may need it.
    static func isShort(for text: ArraySlice<UInt8>) -> Bool {
        let encodedCount = text.reduce(0) {
            $0 + (isLiteral($1) || isBlank($1) || $1 == 0x0D || $1 == 0x0A ? 0 : 1)
        }
        return encodedCount <= text.count / 6
    }

    /// What an encoded text stands for; an `=` that begins nothing stands for itself.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        for line in TextLines(text) {
            var content = line.content
            while let last = content.last, isBlank(last) { content.removeLast() }
            let isSoft = line.isTerminated && content.last == UInt8(ascii: "=")
            if isSoft { content.removeLast() }
            decoded += Hexadecimal.unescape(content, mark: UInt8(ascii: "="))
            if line.isTerminated, !isSoft { decoded += text[line.content.endIndex..<line.end] }
        }
        return decoded
    }

    private static func isLiteral(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=")
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
