// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Finds where keys, sections and array elements stand in a TOML document.
///
/// The TOML library gives positions of syntax errors only; errors of meaning need them as well. What is no TOML the parser says
/// nothing of, in bounded time. It goes before the library, which does not bear keys with thousands of parts.
///
/// - SeeAlso: TOML 1.0.0
struct KeyPositionParser {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var line = 1
    private var column = 1
    /// How many `[[sections]]` of a name there are so far.
    private var sectionCounts: [DocumentPath: Int] = [:]
    private var found = KeyPositions()

    /// Deepest nesting that is followed; the configuration has three levels.
    private static let deepest = 16

    private init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// The positions in a document.
    ///
    /// Cost: linear in its length.
    static func parse(_ text: String) -> KeyPositions {
        var parser = KeyPositionParser(text)
        parser.parseDocument()
        return parser.found
    }

    private mutating func parseDocument() {
        var section = DocumentPath.root
        while skipBlank(), let scalar = current {
            let start = index
            if scalar == "[" {
                section = parseSectionHead()
            } else {
                parsePair(in: section, depth: 0)
            }
            // Whatever it is that stands here, it is no TOML.
            if index == start { advance() }
        }
    }

    /// Parses the head of a section, `[a.b]` or `[[a.b]]`.
    private mutating func parseSectionHead() -> DocumentPath {
        let start = position
        advance()
        let isArray = current == "["
        if isArray { advance() }
        let keys = parseKeys()
        while let scalar = current, scalar == "]" || isSpace(scalar) { advance() }

        var path = DocumentPath.root
        guard keys.count <= Self.deepest else {
            giveUp(at: start)
            return path
        }
        for (number, key) in keys.enumerated() {
            path = path.appending(key)
            note(path, start)
            let count = sectionCounts[path]
            if number < keys.count - 1 {
                if let count { path = path.appending(count - 1) }
            } else if isArray {
                sectionCounts[path] = (count ?? 0) + 1
                path = path.appending(count ?? 0)
                note(path, start)
            }
        }
        return path
    }

    /// Parses `a.b = value`.
    private mutating func parsePair(in table: DocumentPath, depth: Int) {
        let start = position
        var path = table
        let keys = parseKeys()
        guard keys.count <= Self.deepest else { return giveUp(at: start) }
        for key in keys {
            path = path.appending(key)
            note(path, start)
        }
        skipSpaces()
        guard current == "=" else { return }
        advance()
        skipSpaces()
        parseValue(of: path, depth: depth)
    }

    private mutating func parseValue(of path: DocumentPath, depth: Int) {
        guard depth < Self.deepest else { return giveUp(at: position) }
        guard let scalar = current else { return }
        switch scalar {
        case "\"", "'":
            _ = parseString()
        case "[":
            parseArray(path, depth: depth)
        case "{":
            parseInlineTable(path, depth: depth)
        default:
            while let scalar = current, scalar != ",", scalar != "]", scalar != "}", scalar != "#",
                scalar != "\n"
            { advance() }
        }
    }

    private mutating func parseArray(_ path: DocumentPath, depth: Int) {
        advance()
        var count = 0
        while skipBlank(), let scalar = current {
            let start = index
            if scalar == "]" {
                advance()
                return
            } else if scalar == "," {
                advance()
            } else {
                note(path.appending(count), position)
                parseValue(of: path.appending(count), depth: depth + 1)
                count += 1
            }
            if index == start { return }
        }
    }

    private mutating func parseInlineTable(_ path: DocumentPath, depth: Int) {
        advance()
        while skipBlank(), let scalar = current {
            let start = index
            if scalar == "}" {
                advance()
                return
            } else if scalar == "," {
                advance()
            } else {
                parsePair(in: path, depth: depth + 1)
            }
            if index == start { return }
        }
    }

    /// Whatever this is, it is no configuration of ours: the rest has no positions.
    private mutating func giveUp(at position: TextPosition) {
        found.noteDepth(at: position)
        index = scalars.count
    }

    // MARK: Keys and strings

    /// Parses a key with its points, such as `a."b.c".d`.
    private mutating func parseKeys() -> [String] {
        var keys: [String] = []
        while let scalar = current {
            if isSpace(scalar) || scalar == "." {
                advance()
            } else if scalar == "\"" || scalar == "'" {
                keys.append(parseString())
            } else if isBare(scalar) {
                var key = String.UnicodeScalarView()
                while let scalar = current, isBare(scalar) {
                    key.append(scalar)
                    advance()
                }
                keys.append(String(key))
            } else {
                break
            }
        }
        return keys
    }

    /// A string of any of the four kinds; its text without quotes, escapes as they are written.
    private mutating func parseString() -> String {
        guard let quote = current else { return "" }
        let isEscaping = quote == "\""
        let length = run(of: quote)
        if length == 2 {
            advance(2)
            return ""
        }
        let closing = length >= 3 ? 3 : 1
        advance(closing)
        var text = String.UnicodeScalarView()
        while let scalar = current {
            if scalar == quote, run(of: quote) >= closing {
                // Up to two quotes may stand directly before the three that close.
                advance(closing == 3 ? min(run(of: quote), 5) : 1)
                break
            }
            if isEscaping, scalar == "\\" {
                noteEscape()
                text.append(scalar)
                advance()
            }
            guard let next = current else { break }
            text.append(next)
            advance()
        }
        return String(text)
    }

    /// The character NUL cannot be written in TOML but as an escape, and the library would end the text there.
    private mutating func noteEscape() {
        let digits =
            switch scalar(at: index + 1) {
            case "u": 4
            case "U": 8
            default: 0
            }
        guard digits > 0, (0..<digits).allSatisfy({ scalar(at: index + 2 + $0) == "0" }) else { return }
        found.noteNull(at: position)
    }

    // MARK: Scalars

    private var current: Unicode.Scalar? { scalar(at: index) }

    private var position: TextPosition { TextPosition(line: line, column: column) }

    private func scalar(at index: Int) -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private func run(of quote: Unicode.Scalar) -> Int {
        scalars[index...].prefix(6).prefix { $0 == quote }.count
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count {
            guard let scalar = current else { return }
            index += 1
            if scalar == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
    }

    private mutating func skipSpaces() {
        while let scalar = current, isSpace(scalar) { advance() }
    }

    /// Skips blanks, line ends and comments; true, so that it can stand in conditions.
    private mutating func skipBlank() -> Bool {
        while let scalar = current {
            if scalar == "#" {
                while let scalar = current, scalar != "\n" { advance() }
            } else if isSpace(scalar) || scalar == "\n" || scalar == "\r" {
                advance()
            } else {
                break
            }
        }
        return true
    }

    private mutating func note(_ path: DocumentPath, _ position: TextPosition) {
        found.note(path, at: position)
    }

    private func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    private func isBare(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}
