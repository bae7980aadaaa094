// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The quoted-printable encoding of text lines.
///
/// - SeeAlso: RFC 2045 §6.7
enum QuotedPrintable {
    /// One line, without its line end, encoded into lines of at most 76 characters that are joined by soft breaks.
    static func encode(line: String) -> String {
        var encoded = ""
        var width = 0
        let bytes = Array(line.utf8)
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            let isBlank = byte == 0x20 || byte == 0x09
            let isLiteral =
                ((0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=")) || (isBlank && !isLast)
            let piece = isLiteral ? String(UnicodeScalar(byte)) : "=" + hex(byte)
            if width + piece.utf8.count > 75 {
                encoded += "=\r\n"
                width = 0
            }
            encoded += piece
            width += piece.utf8.count
        }
        return encoded
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }
}
