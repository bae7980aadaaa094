// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Writes one header field, folded at the blanks between its pieces.
///
/// The one way from text to a header: no control can pass it (T7).
///
/// - SeeAlso: RFC 5322 §2.2.3 (folding)
struct HeaderFolder {
    private let lineLimit: Int
    /// The field so far: `Name: value`, without the line end behind it.
    private(set) var text: String
    private var column: Int
    private var isEmpty = true

    init(name: String, style: HeaderStyle) {
        lineLimit = style.lineByteLimit ?? .max
        text = name + ":"
        column = text.utf8.count
    }

    /// Characters that the next piece may have to stand on the current line, its blank not counted.
    var room: Int { lineLimit - column - 1 }

    /// Appends a piece that must not be broken, with the blanks before it; it goes on a new line where it does not fit.
    mutating func append(_ piece: String, blanks: String = " ") {
        let clean = CharacterRules.withoutControls(blanks + piece)
        let length = clean.utf8.count
        if !isEmpty, column + length > lineLimit {
            text += "\r\n"
            column = 0
        }
        text += clean
        column += length
        isEmpty = false
    }
}
