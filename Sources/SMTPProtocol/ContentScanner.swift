// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Finds the ``ContentFacts`` of a message that arrives in pieces of any size.
///
/// A line ends at CR LF, at a bare LF or at a bare CR, exactly as ``ContentEncoder`` sends it; the header ends at the
/// first empty line.
///
/// Cost: one pass, eight bytes at a time, no allocation.
package struct ContentScanner: Sendable {
    /// The bytes that are no part of a line end.
    private var textByteCount: Int64 = 0
    private var lineCount: Int64 = 0
    private var longestLine = 0
    private var lineLength = 0
    private var followsCR = false
    private var isInHeader = true
    private var eightBits: UInt64 = 0
    private var nuls: UInt64 = 0
    private var hasNonASCIIHeader = false

    /// A scanner at the beginning of a message.
    package init() {}

    /// Looks at the next bytes.
    package mutating func scan(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        var position = 0
        while position < bytes.count {
            if bytes.count - position >= ByteWord.byteCount {
                let word = ByteWord(at: start + position)
                let breaks = word.lineBreaks
                guard breaks != 0 else {
                    eightBits |= word.eightBits
                    nuls |= word.nuls
                    lineLength += ByteWord.byteCount
                    followsCR = false
                    position += ByteWord.byteCount
                    continue
                }
                let lane = ByteWord.firstLane(of: breaks)
                if lane > 0 {
                    eightBits |= word.eightBits & ByteWord.lanes(before: lane)
                    nuls |= word.nuls & ByteWord.lanes(before: lane)
                    lineLength += lane
                    followsCR = false
                    position += lane
                }
            }
            take(bytes[position])
            position += 1
        }
    }

    /// The facts of all that was looked at.
    ///
    /// An unfinished last line counts as a line.
    package func finish() -> ContentFacts {
        var copy = self
        if lineLength > 0 { copy.endLine() }
        return ContentFacts(
            wireByteCount: copy.textByteCount + 2 * copy.lineCount,
            isEightBit: copy.eightBits != 0,
            longestLine: copy.longestLine,
            hasNUL: copy.nuls != 0,
            hasNonASCIIHeader: copy.hasNonASCIIHeader || (copy.isInHeader && copy.eightBits != 0)
        )
    }

    private mutating func take(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n") where followsCR:
            followsCR = false
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            followsCR = byte == UInt8(ascii: "\r")
            endLine()
        default:
            followsCR = false
            lineLength += 1
            if byte == 0 { nuls |= 1 }
            if byte > 127 { eightBits |= 1 }
        }
    }

    private mutating func endLine() {
        if isInHeader, lineLength == 0 {
            isInHeader = false
            hasNonASCIIHeader = eightBits != 0
        }
        textByteCount += Int64(lineLength)
        longestLine = max(longestLine, lineLength)
        lineLength = 0
        lineCount += 1
    }
}
