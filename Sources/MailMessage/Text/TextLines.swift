// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The lines of some bytes, ended by LF or CRLF; a CR that no LF follows belongs to its line.
///
/// No copy is made. The last line may lack its end; there is no empty line behind the last line end.
struct TextLines: Sequence, IteratorProtocol {
    /// One line.
    struct Line {
        /// The line without its end.
        let content: ArraySlice<UInt8>
        /// The index behind its end.
        let end: Int
        /// Whether it has an end.
        let isTerminated: Bool
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> Line? {
        guard !rest.isEmpty else { return nil }
        guard let newline = rest.firstIndex(of: UInt8(ascii: "\n")) else {
            defer { rest = rest[rest.endIndex...] }
            return Line(content: rest, end: rest.endIndex, isTerminated: false)
        }
        var content = rest[..<newline]
        if content.last == UInt8(ascii: "\r") { content.removeLast() }
        rest = rest[(newline + 1)...]
        return Line(content: content, end: newline + 1, isTerminated: true)
    }
}
