// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Writes one header field, folded at the blanks between its pieces.
///
/// The one way from text to a header: no control can pass it (T7).
///
/// - SeeAlso: RFC 5322 §2.2.3 (folding), RFC 2047 §2
struct HeaderFolder {
    /// Longest line that has an encoded word in it (RFC 2047 §2).
    private static let encodedLimit = 76

    private let lineLimit: Int
    /// The field so far: `Name: value`, without the line end behind it.
    private(set) var text: String
    private var column: Int
    private var isEmpty = true
    private var isEncoded = false

    init(name: String, style: HeaderStyle) {
        lineLimit = style.lineByteLimit ?? .max
        text = name + ":"
        column = text.utf8.count
    }

    /// Characters that an encoded word may have to stand on the current line, its blank not counted.
    var roomForEncodedWord: Int { limit(isEncoded: true) - column - 1 }

    /// Appends a piece that must not be broken, with the blanks before it.
    ///
    /// Where it does not fit it goes on a new line, which can only begin with blanks.
    mutating func append(_ piece: String, blanks: String = " ", isEncoded: Bool = false) {
        let clean = CharacterRules.withoutControls(blanks + piece)
        let length = clean.utf8.count
        if !isEmpty, !blanks.isEmpty, column + length > limit(isEncoded: self.isEncoded || isEncoded) {
            text += "\r\n"
            column = 0
            self.isEncoded = false
        }
        text += clean
        column += length
        isEmpty = false
        if isEncoded { self.isEncoded = true }
    }

    /// Not folded at all stays so.
    private func limit(isEncoded: Bool) -> Int {
        isEncoded && lineLimit != .max ? min(lineLimit, Self.encodedLimit) : lineLimit
    }
}
