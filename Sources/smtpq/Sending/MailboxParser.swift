// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Splits an mbox into its messages, whatever pieces it comes in.
///
/// Pure; memory for one piece.
///
/// | line | meaning |
/// |---|---|
/// | `From …` as the first line, or behind an empty one | a message begins with the next line; the empty line is no part of the one before |
/// | `>From …`, `>>From …` … | quoted (mboxrd): one `>` is taken away |
/// | anything else | a line of the message |
///
/// - SeeAlso: mbox(5); RFC 4155 names the format, which has many dialects.
struct MailboxParser {
    /// What was found.
    enum Event: Hashable {
        /// A message begins, with the separator in this line, from 1.
        case message(line: Int)
        /// Bytes of the message that has begun; before the first one, of a file that is no mbox.
        case content([UInt8])
    }

    /// Where in a line the next byte is.
    private enum Place {
        /// Behind so many `>` and so many bytes of `From `, none of which were handed over.
        case beginning(quotes: Int, matched: Int)
        /// Behind a carriage return that may be an empty line's.
        case carriageReturn
        /// Within a line of a message.
        case line
        /// Within a separator.
        case separator
    }

    private static let separator = Array("From ".utf8)
    /// A line that begins with more `>` is nobody's quotation.
    private static let quoteLimit = 64
    private static let newline = UInt8(ascii: "\n")

    private var place = Place.beginning(quotes: 0, matched: 0)
    /// An empty line that is the end of a message if a separator follows; and always the first line of the file.
    private var emptyLine: [UInt8]? = []
    private var line = 1
    private var content: [UInt8] = []
    private var events: [Event] = []

    /// Takes the next bytes in.
    mutating func parse(_ bytes: [UInt8]) -> [Event] {
        var rest = bytes[...]
        while let byte = rest.first {
            switch place {
            case .line, .separator:
                takeLine(&rest)
            case .carriageReturn where byte == Self.newline:
                rest.removeFirst()
                endEmptyLine(Array("\r\n".utf8))
            case .carriageReturn:
                beginLine(with: [UInt8(ascii: "\r")])
            case .beginning(let quotes, let matched):
                if begins(with: byte, quotes, matched) { rest.removeFirst() }
            }
        }
        return takeEvents()
    }

    /// Ends the last line; an empty one there is no part of the message.
    mutating func end() -> [Event] {
        switch place {
        case .beginning(0, 0), .line, .separator: break
        case .beginning(let quotes, let matched): beginLine(with: Self.prefix(quotes, matched))
        case .carriageReturn: beginLine(with: [UInt8(ascii: "\r")])
        }
        return takeEvents()
    }

    private mutating func takeEvents() -> [Event] {
        endContent()
        defer { events = [] }
        return events
    }

    private mutating func endContent() {
        guard !content.isEmpty else { return }
        events.append(.content(content))
        content = []
    }

    private static func prefix(_ quotes: Int, _ matched: Int) -> [UInt8] {
        Array(repeating: UInt8(ascii: ">"), count: quotes) + separator[..<matched]
    }

    /// Looks at a byte of the beginning of a line, and returns whether it was taken.
    private mutating func begins(with byte: UInt8, _ quotes: Int, _ matched: Int) -> Bool {
        if byte == Self.separator[matched] {
            if matched + 1 < Self.separator.count {
                place = .beginning(quotes: quotes, matched: matched + 1)
            } else if quotes > 0 {
                beginLine(with: Self.prefix(quotes - 1, matched + 1))
            } else if emptyLine != nil {
                endContent()
                events.append(.message(line: line))
                emptyLine = nil
                place = .separator
            } else {
                beginLine(with: Self.prefix(0, matched + 1))
            }
            return true
        }
        switch byte {
        case UInt8(ascii: ">") where matched == 0 && quotes < Self.quoteLimit:
            place = .beginning(quotes: quotes + 1, matched: 0)
        case Self.newline where quotes == 0 && matched == 0:
            endEmptyLine([byte])
        case UInt8(ascii: "\r") where quotes == 0 && matched == 0:
            place = .carriageReturn
        default:
            beginLine(with: Self.prefix(quotes, matched))
            return false
        }
        return true
    }

    /// A line of a message begins so; an empty one before it was a line too.
    private mutating func beginLine(with prefix: [UInt8]) {
        if let empty = emptyLine.take() { content += empty }
        content += prefix
        place = .line
    }

    private mutating func endEmptyLine(_ end: [UInt8]) {
        if let empty = emptyLine.take() { content += empty }
        emptyLine = end
        line += 1
        place = .beginning(quotes: 0, matched: 0)
    }

    /// Takes the rest of a line, as far as it is there.
    private mutating func takeLine(_ rest: inout ArraySlice<UInt8>) {
        let end = rest.firstIndex(of: Self.newline).map { $0 + 1 }
        if case .line = place { content += rest[..<(end ?? rest.endIndex)] }
        if end != nil {
            line += 1
            place = .beginning(quotes: 0, matched: 0)
        }
        rest = rest[(end ?? rest.endIndex)...]
    }
}
