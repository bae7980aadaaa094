// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The character classes and small grammars of addresses, on bytes.
///
/// - SeeAlso: RFC 5321 §4.1.2, RFC 5322 §3.2.3, RFC 6531 §3.3
package enum CharacterRules {
    /// Controls (C0, DEL, C1) and the line and paragraph separators: never valid in an envelope.
    package static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
            || scalar.value == 0x2029
    }

    /// The text with a blank in place of each forbidden character.
    static func withoutControls(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isForbidden) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isForbidden($0) ? " " : $0 }))
    }

    /// `atext`, with RFC 6531's bytes beyond ASCII.
    static func isAtomText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            0x80...:
            true
        default:
            "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }

    /// Characters of a parameter without quotes: printable ASCII without blanks, `tspecials` (RFC 2045 §5.1) and what
    /// RFC 2231 §7 gives a meaning.
    static func isAttributeText(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"()<>@,;:\\\"/[]?=*'%".utf8.contains(byte)
    }

    /// Whether two names are the same but for the case of ASCII letters.
    ///
    /// No allocation.
    static func isSameIgnoringCase(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && left.utf8.elementsEqual(right.utf8) { lowercased($0) == lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// `dot-atom-text`.
    static func isDotAtom(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomText) }
    }

    /// `Quoted-string` of RFC 5321: quotes around printable characters, quotes and backslashes escaped.
    static func isQuotedString(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "\"") else { return false }
        var isEscaped = false
        var isClosed = false
        for byte in bytes.dropFirst() {
            if isClosed { return false }
            if isEscaped {
                guard byte >= 0x20, byte < 0x7F else { return false }
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isClosed = true
            } else if byte < 0x20 || byte == 0x7F {
                return false
            }
        }
        return isClosed
    }

    /// `"text"`, quotes and backslashes escaped.
    package static func quoted(_ text: String) -> String {
        // Not by characters: a quote that a combining mark follows is another character, and a quote all the same.
        text.unicodeScalars.reduce(into: "\"") { quoted, scalar in
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        } + "\""
    }

    /// Labels of letters, digits, hyphens (inside) and bytes beyond ASCII; underscores are tolerated, they exist.
    static func isDomain(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            guard let first = label.first, let last = label.last,
                label.count <= 63 || label.contains(where: { $0 >= 0x80 })
            else { return false }
            return first != UInt8(ascii: "-") && last != UInt8(ascii: "-")
                && label.allSatisfy {
                    isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 >= 0x80
                }
        }
    }

    package static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            false
        }
    }
}
