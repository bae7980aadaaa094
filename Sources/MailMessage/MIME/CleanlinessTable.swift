// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Which lines of a message every relay takes as they are, and which parts need work.
struct CleanlinessTable: Sendable {
    /// Where the lines begin that do not fit, in their order.
    private let uncleanLines: [Int]
    /// For each part of the message whether something in it does not fit, or says that it may not.
    let needsWork: [Bool]

    init(_ structure: MIMEStructure) {
        let lines = TextLines(structure.bytes[...])
        let uncleanLines = lines.filter { !Self.isClean($0.content) }.map(\.content.startIndex)
        var needsWork: [Bool] = Array(repeating: false, count: structure.parts.count)
        // Children stand behind their parents.
        for (index, part) in structure.parts.enumerated().reversed() {
            let isLabelled = part.transferEncoding == .eightBit || part.transferEncoding == .binary
            needsWork[index] =
                isLabelled || !Self.isClean(part.range, uncleanLines)
                || part.children.contains { needsWork[$0] }
        }
        self.uncleanLines = uncleanLines
        self.needsWork = needsWork
    }

    /// Whether a line without its end fits.
    static func isClean(_ line: ArraySlice<UInt8>) -> Bool { ContentProfile(of: line).fits7Bit }

    /// Whether all lines that begin in a range fit.
    func isClean(_ range: Range<Int>) -> Bool { Self.isClean(range, uncleanLines) }

    /// Cost: the logarithm of the number of lines.
    private static func isClean(_ range: Range<Int>, _ uncleanLines: [Int]) -> Bool {
        var low = 0
        var high = uncleanLines.count
        while low < high {
            let middle = (low + high) / 2
            if uncleanLines[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low == uncleanLines.count || uncleanLines[low] >= range.upperBound
    }
}
