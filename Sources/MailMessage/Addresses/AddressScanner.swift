// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Takes the text of an address list apart into words, blanks and special characters.
///
/// - SeeAlso: RFC 5322 §3.2.2 (comments and folding), §3.2.3 (atoms), §3.2.4 (quoted strings)
struct AddressScanner {
    /// An atom, with its points and its @, or a quoted string.
    struct Word {
        /// What it means: without quotes and escapes.
        let value: String
        /// How it was written.
        let source: String
    }

    /// Deepest nesting of comments.
    private static let depthLimit = 100

    private let text: String
    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ text: some StringProtocol) {
        self.text = String(text)
        scalars = Array(text.unicodeScalars)
    }

    /// The next character; nil at the end.
    var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    /// What stands next, to be shown.
    var rest: PrintableText {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[min(position, scalars.count)...].prefix(20))
        return PrintableText(text)
    }

    /// Passes over one character.
    mutating func skip() { position = min(position + 1, scalars.count) }

    /// Passes over blanks, folds and comments.
    mutating func skipBlanks() throws(AddressError) {
        var depth = 0
        while let scalar = peek {
            if scalar == "(" {
                depth += 1
                guard depth <= Self.depthLimit else { throw fail("comments are nested too deeply") }
            } else if depth > 0 {
                if scalar == ")" { depth -= 1 }
                if scalar == "\\" { skip() }
            } else if !isBlank(at: position) {
                return
            }
            skip()
        }
        if depth > 0 { throw fail("a comment is not closed with )") }
    }

    /// The word that begins here; nil when a special character stands here.
    mutating func word() throws(AddressError) -> Word? {
        if peek == "\"" { return try quotedString() }
        let start = position
        var isInLiteral = false
        while let scalar = peek {
            switch scalar {
            case "[": isInLiteral = true
            case "]": isInLiteral = false
            // A colon belongs to the word inside an address literal such as `[IPv6:::1]`.
            case ":" where isInLiteral: break
            case "(", ")", "<", ">", ",", ";", ":", "\"": return atom(from: start)
            default: if isBlank(at: position) { return atom(from: start) }
            }
            skip()
        }
        return atom(from: start)
    }

    /// An error about this text.
    func fail(_ problem: String, _ code: AddressError.Code = .list) -> AddressError {
        AddressError(code, problem, in: text)
    }

    private func atom(from start: Int) -> Word? {
        guard start < position else { return nil }
        let source = String(String.UnicodeScalarView(scalars[start..<position]))
        return Word(value: source, source: source)
    }

    private mutating func quotedString() throws(AddressError) -> Word {
        var value = String.UnicodeScalarView()
        let start = position
        skip()
        while let scalar = peek {
            skip()
            if scalar == "\"" {
                return Word(
                    value: String(value),
                    source: String(String.UnicodeScalarView(scalars[start..<position]))
                )
            }
            if scalar == "\\", let escaped = peek {
                value.append(escaped)
                skip()
            } else {
                value.append(scalar)
            }
        }
        throw fail("a quote is not closed")
    }

    /// A blank, or a line end that a blank follows.
    ///
    /// Any other line end is a character like a control: no address has it.
    private func isBlank(at index: Int) -> Bool {
        switch scalars[index] {
        case " ", "\t": true
        case "\n": isFold(at: index + 1)
        case "\r": index + 1 < scalars.count && scalars[index + 1] == "\n" && isFold(at: index + 2)
        default: false
        }
    }

    private func isFold(at index: Int) -> Bool {
        index < scalars.count && (scalars[index] == " " || scalars[index] == "\t")
    }
}
