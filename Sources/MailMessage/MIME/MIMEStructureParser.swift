// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Takes a message apart in one pass over its lines.
///
/// Each line is compared with the boundaries of all multiparts that are open by one look into a table, so that the cost does
/// not grow with their number. An outer boundary closes what is open within.
///
/// - SeeAlso: RFC 2046 §5.1.1, §5.1.2
struct MIMEStructureParser {
    /// Longest delimiter line without the blanks at its end; RFC 2046 allows 74.
    private static let longestDelimiter = 200

    /// A delimiter line: the multipart that it belongs to, and whether it is the last one.
    private struct Delimiter {
        let position: Int
        let isLast: Bool
    }

    private let bytes: [UInt8]
    private var parts: [MIMEStructure.Part] = []
    /// The parts that are open, the message itself first.
    private var open: [Int] = []
    /// Where in `open` the multiparts stand that have a boundary, the innermost last.
    private var boundaries: [ArraySlice<UInt8>: [Int]] = [:]
    /// The boundary of each part in `open`, empty for those that have none.
    private var openBoundaries: [ArraySlice<UInt8>] = []
    /// Whether the lines belong to the header of the innermost part.
    private var isInHeader = false

    /// The parts of a message.
    static func parts(of bytes: [UInt8]) -> [MIMEStructure.Part] {
        var parser = Self(bytes: bytes)
        parser.parse()
        guard parser.parts.count <= MIMEStructure.partLimit else { return [parser.wholeMessage] }
        return parser.parts
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func parse() {
        begin(at: 0)
        for line in TextLines(bytes[...]) where parts.count <= MIMEStructure.partLimit {
            takeDelimiter(in: line)
            // The first line of a body may be the one that showed where it begins: a line of an attached message, or
            // a delimiter of this very multipart.
            while isInHeader, let bodyStart = endOfHeader(with: line) {
                endHeader(at: bodyStart)
                if bodyStart == line.end { break }
                takeDelimiter(in: line)
            }
        }
        if isInHeader { endHeader(at: bytes.count) }
        close(above: -1, at: bytes.count)
    }

    private mutating func takeDelimiter(in line: TextLines.Line) {
        guard let delimiter = delimiter(in: line.content) else { return }
        close(above: delimiter.position, before: line.content.startIndex)
        if delimiter.isLast {
            forgetBoundary(at: delimiter.position)
        } else {
            begin(at: line.end)
        }
    }

    /// The message as one part.
    private var wholeMessage: MIMEStructure.Part {
        var root = parts[0]
        root.range = bytes.indices
        root.body = root.body.lowerBound..<bytes.count
        root.children = []
        return root
    }

    private mutating func begin(at start: Int) {
        let parent = open.last
        let type =
            parent.map { parts[$0].contentType.value } == "multipart/digest" ? "message/rfc822" : "text/plain"
        parts.append(
            MIMEStructure.Part(
                depth: open.count,
                header: HeaderBlock(parsing: bytes, in: start..<start),
                range: start..<start,
                body: start..<start,
                contentType: ParameterizedValue(type),
                transferEncoding: .sevenBit
            )
        )
        if let parent { parts[parent].children.append(parts.count - 1) }
        open.append(parts.count - 1)
        openBoundaries.append([])
        isInHeader = true
    }

    /// Closes the parts that are open within the one at a position, before a delimiter line.
    private mutating func close(above position: Int, before delimiter: Int) {
        if isInHeader { endHeader(at: delimiter) }
        close(above: position, at: lineEnd(before: delimiter))
    }

    private mutating func close(above position: Int, at end: Int) {
        isInHeader = false
        var end = end
        while open.count - 1 > position, let index = open.last {
            let start = parts[index].body.lowerBound
            // A header without a body ends with its last line end; what holds it does not end before that.
            end = max(start, end)
            parts[index].body = start..<end
            parts[index].range = parts[index].range.lowerBound..<end
            forgetBoundary(at: open.count - 1)
            open.removeLast()
            openBoundaries.removeLast()
        }
    }

    private var headerStart: Int { parts[parts.count - 1].range.lowerBound }

    /// Where the body begins, when this line shows that the header is over.
    private func endOfHeader(with line: TextLines.Line) -> Int? {
        let start = line.content.startIndex
        // A delimiter line stands before the header that it begins.
        guard start >= headerStart else { return nil }
        guard line.isTerminated else { return start }
        guard let first = line.content.first else { return line.end }
        if first == 0x20 || first == 0x09 { return start == headerStart ? start : nil }
        return HeaderBlock.colon(in: line.content) == nil ? start : nil
    }

    /// Reads the header of the innermost part and opens what its type allows.
    private mutating func endHeader(at bodyStart: Int) {
        isInHeader = false
        let index = parts.count - 1
        let header = HeaderBlock(parsing: bytes, in: headerStart..<bodyStart)
        parts[index].header = header
        parts[index].body = bodyStart..<bodyStart
        if let field = header.values(of: "Content-Type").first {
            // What is no type counts as none (RFC 2045 §5.2).
            let type = ParameterizedValue(parsing: field)
            if type.value.utf8.contains(UInt8(ascii: "/")) { parts[index].contentType = type }
        }
        if let encoding = header.values(of: "Content-Transfer-Encoding").first {
            parts[index].transferEncoding = TransferEncoding(named: encoding)
        }
        let type = parts[index].contentType
        guard parts[index].transferEncoding?.isIdentity ?? false, open.count < MIMEStructure.depthLimit else {
            return
        }
        if type.value.hasPrefix("multipart/"), let boundary = type["boundary"], !boundary.isEmpty {
            let key = Array(boundary.utf8)[...]
            openBoundaries[open.count - 1] = key
            boundaries[key, default: []].append(open.count - 1)
        } else if type.value == "message/rfc822" {
            begin(at: bodyStart)
        }
    }

    private mutating func forgetBoundary(at position: Int) {
        let boundary = openBoundaries[position]
        guard !boundary.isEmpty else { return }
        openBoundaries[position] = []
        boundaries[boundary]?.removeLast()
        if boundaries[boundary]?.isEmpty ?? false { boundaries[boundary] = nil }
    }

    private func delimiter(in line: ArraySlice<UInt8>) -> Delimiter? {
        let dash = UInt8(ascii: "-")
        guard !boundaries.isEmpty, line.starts(with: [dash, dash]) else { return nil }
        var text = line.dropFirst(2)
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        guard text.count <= Self.longestDelimiter else { return nil }
        if let position = boundaries[text]?.last { return Delimiter(position: position, isLast: false) }
        guard text.suffix(2) == [dash, dash], let position = boundaries[text.dropLast(2)]?.last else {
            return nil
        }
        return Delimiter(position: position, isLast: true)
    }

    /// The end of the line before a position, without its line end.
    private func lineEnd(before start: Int) -> Int {
        guard start > 0 else { return 0 }
        return start > 1 && bytes[start - 2] == UInt8(ascii: "\r") ? start - 2 : start - 1
    }
}
