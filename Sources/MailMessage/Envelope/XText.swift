// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// `xtext`: printable ASCII in which `+`, `=` and everything else are written as `+XX`.
///
/// - SeeAlso: RFC 3461 §4
package enum XText {
    /// A text as xtext: bytes that may not stand for themselves become `+XX`.
    package static func encode(_ text: some StringProtocol) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "+"), byte != UInt8(ascii: "=") {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += byte < 0x10 ? "+0" : "+"
                encoded += String(byte, radix: 16, uppercase: true)
            }
        }
    }

    /// The bytes that a text stands for; nil when it is no xtext.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "+") {
                guard index + 2 < bytes.count, let high = nibble(bytes[index + 1]),
                    let low = nibble(bytes[index + 2])
                else { return nil }
                decoded.append(high << 4 | low)
                index += 3
            } else {
                guard (0x21...0x7E).contains(byte), byte != UInt8(ascii: "=") else { return nil }
                decoded.append(byte)
                index += 1
            }
        }
        return decoded
    }

    /// A text in ASCII: every other character as `\x{HEX}`, as in an address of the type utf-8.
    ///
    /// - SeeAlso: RFC 6533 §3
    package static func unitext(_ text: some StringProtocol) -> String {
        text.unicodeScalars.map { scalar in
            scalar.isASCII ? String(scalar) : "\\x{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        }.joined()
    }

    /// Whether a text is xtext and stands for at least one byte, all of them printable ASCII or blanks: an encoded line
    /// break would become a real one in the report that quotes it (T5).
    static func isPrintable(_ text: some StringProtocol) -> Bool {
        guard let bytes = decode(text), !bytes.isEmpty else { return false }
        return bytes.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// Upper case only: lower case digits are not xtext.
    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
