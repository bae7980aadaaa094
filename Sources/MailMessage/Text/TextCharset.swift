// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A character set that text can be written in and read from; the raw value is its code page number.
///
/// - SeeAlso: RFC 2046 §4.1.2, the IANA registry of character sets
package enum TextCharset: Int, CaseIterable, Sendable {
    /// US-ASCII: 0 … 127.
    case ascii = 20127
    /// ISO-8859-1: 0 … 255, each byte the character of that number.
    case latin1 = 28591
    /// windows-1252: ISO-8859-1 with printable characters in 128 … 159.
    case windows1252 = 1252
    /// UTF-8: all of Unicode.
    case utf8 = 65001

    /// What windows-1252 has in 128 … 159; nil where it has nothing.
    private static let windows1252Rows: [Unicode.Scalar?] = [
        "€", nil, "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", nil, "Ž", nil,
        nil, "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", nil, "ž", "Ÿ",
    ]
    private static let windows1252Bytes: [Unicode.Scalar: UInt8] = {
        var bytes: [Unicode.Scalar: UInt8] = [:]
        for (byte, scalar) in zip(UInt8(0x80)..., windows1252Rows) {
            if let scalar { bytes[scalar] = byte }
        }
        return bytes
    }()

    /// The character set of a code page number; nil when it is none of these.
    package init?(codePage: Int) { self.init(rawValue: codePage) }

    /// The character set of a name or alias in any case; nil when it is none of these.
    package init?(named name: some StringProtocol) {
        let wanted = name.lowercased()
        guard let found = Self.allCases.first(where: { $0.name == wanted || $0.aliases.contains(wanted) })
        else { return nil }
        self = found
    }

    /// The code page number.
    package var codePage: Int { rawValue }

    /// The name for use in mail, in lower case.
    package var name: String {
        switch self {
        case .ascii: "us-ascii"
        case .latin1: "iso-8859-1"
        case .windows1252: "windows-1252"
        case .utf8: "utf-8"
        }
    }

    /// Other names that are in use.
    private var aliases: [String] {
        switch self {
        case .ascii: ["ascii", "ansi_x3.4-1968", "iso646-us"]
        case .latin1: ["latin1", "iso_8859-1", "iso8859-1", "l1"]
        case .windows1252: ["cp1252", "x-cp1252"]
        case .utf8: ["utf8"]
        }
    }

    /// The bytes of a text.
    ///
    /// - Throws: ``CharsetError`` with the first character that the set does not have.
    package func encode(_ text: String) throws(CharsetError) -> [UInt8] {
        guard self != .utf8 else { return Array(text.utf8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for (offset, scalar) in text.unicodeScalars.enumerated() {
            guard let byte = byte(of: scalar) else {
                throw CharsetError(charset: self, character: scalar, offset: offset)
            }
            bytes.append(byte)
        }
        return bytes
    }

    /// Whether the set has every character of a text.
    package func canEncode(_ text: String) -> Bool {
        self == .utf8 || text.unicodeScalars.allSatisfy { byte(of: $0) != nil }
    }

    /// The characters of a text, each as its bytes, in the first of some sets that has all of them, UTF-8 after the last.
    static func characters(of text: String, in charsets: [TextCharset]) -> (TextCharset, [[UInt8]]) {
        let used = charsets.first { $0.canEncode(text) } ?? .utf8
        if used != .utf8, let bytes = try? used.encode(text) { return (used, bytes.map { [$0] }) }
        return (.utf8, text.unicodeScalars.map { Unicode.UTF8.encode($0).map(Array.init) ?? [] })
    }

    /// The text of some bytes: U+FFFD where they mean nothing.
    package func decode(_ bytes: some Collection<UInt8>) -> String {
        guard self != .utf8 else { return String(decoding: bytes, as: UTF8.self) }
        var scalars = String.UnicodeScalarView()
        for byte in bytes { scalars.append(scalar(of: byte)) }
        return String(scalars)
    }

    /// Whether some bytes are text in the set.
    func isValid(_ bytes: [UInt8]) -> Bool {
        switch self {
        case .ascii: bytes.allSatisfy { $0 < 0x80 }
        case .latin1: true
        case .windows1252: bytes.allSatisfy { scalar(of: $0) != "\u{FFFD}" }
        case .utf8: String(validating: bytes, as: UTF8.self) != nil
        }
    }

    /// The byte of a character in a set of single bytes.
    private func byte(of scalar: Unicode.Scalar) -> UInt8? {
        switch self {
        case .windows1252 where scalar.value >= 0x80 && scalar.value < 0xA0 || scalar.value > 0xFF:
            Self.windows1252Bytes[scalar]
        case .latin1, .windows1252: UInt8(exactly: scalar.value)
        case .ascii, .utf8: scalar.isASCII ? UInt8(exactly: scalar.value) : nil
        }
    }

    private func scalar(of byte: UInt8) -> Unicode.Scalar {
        switch self {
        case .windows1252 where (0x80...0x9F).contains(byte):
            Self.windows1252Rows[Int(byte) - 0x80] ?? "\u{FFFD}"
        case .latin1, .windows1252: Unicode.Scalar(byte)
        case .ascii, .utf8: byte < 0x80 ? Unicode.Scalar(byte) : "\u{FFFD}"
        }
    }
}
