// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Text as a terminal shows it: in columns, of which some characters take two and some none.
///
/// Pure.
enum DisplayText {
    private static let escape: Unicode.Scalar = "\u{1B}"
    private static let plain = "\u{1B}[0m"

    /// The beginning of a line that fits into so many columns; colours take none, and end with it.
    static func cut(_ text: String, columns: Int) -> String {
        var cut = String.UnicodeScalarView()
        var used = 0
        var isInEscape = false
        var hasEscape = false
        for scalar in text.unicodeScalars {
            if scalar == escape {
                isInEscape = true
                hasEscape = true
            }
            let width = isInEscape ? 0 : columnCount(of: scalar)
            guard used + width <= columns else {
                return String(cut) + (hasEscape ? plain : "")
            }
            used += width
            cut.append(scalar)
            if isInEscape, scalar == "m" { isInEscape = false }
        }
        return text
    }

    /// The columns of a character.
    ///
    /// - SeeAlso: Unicode Standard Annex 11
    private static func columnCount(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
