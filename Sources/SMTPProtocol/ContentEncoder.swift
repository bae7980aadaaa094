// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import NIOCore

/// Turns a message that arrives in pieces of any size into the form it has after DATA or BDAT.
///
/// Guarantees, whatever the message holds and however it is split:
/// - CR and LF stand on the wire only as the pair CR LF: each CR LF, bare LF and bare CR becomes one;
/// - the last line is ended.
///
/// And after DATA:
/// - a line that begins with a dot has that dot doubled, so that the only line of one dot is the last one;
/// - the wire ends in CR LF, dot, CR LF (an empty message in dot, CR LF, after the CR LF of DATA).
///
/// ```
///                         dotted                                chunked
/// a LF .b CR .            a CR LF ..b CR LF .. CR LF . CR LF    a CR LF .b CR LF . CR LF
/// ```
///
/// Cost: one pass; text is copied eight bytes at a time.
///
/// - SeeAlso: RFC 5321 §4.5.2 and §2.3.8; CVE-2023-51764 and its relatives for what happens otherwise
package struct ContentEncoder: Sendable {
    /// How many bytes are encoded between two looks at the room that is left.
    private static let blockByteCount = 8192

    private let framing: ContentFraming
    private var isAtLineStart = true
    private var followsCR = false

    /// An encoder at the beginning of a message.
    package init(framing: ContentFraming) {
        self.framing = framing
    }

    /// Appends the next bytes of the message.
    package mutating func encode(_ bytes: UnsafeRawBufferPointer, into buffer: inout ByteBuffer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let block = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.blockByteCount))
            rest = rest.dropFirst(Self.blockByteCount)
            // No byte becomes more than two; the copying of words may touch one word beyond.
            let room = 2 * block.count + ByteWord.byteCount
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
                encode(block, into: target)
            }
        }
    }

    /// Ends the last line where that is missing, and the message.
    package mutating func finish(into buffer: inout ByteBuffer) {
        if !isAtLineStart { buffer.writeStaticString("\r\n") }
        if framing == .dotted { buffer.writeStaticString(".\r\n") }
        self = ContentEncoder(framing: framing)
    }

    /// Encodes a block into memory that is large enough; returns the number of bytes written.
    private mutating func encode(
        _ source: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer
    ) -> Int {
        guard let from = source.baseAddress, let to = target.baseAddress else { return 0 }
        var read = 0
        var written = 0
        while read < source.count {
            if isAtLineStart || followsCR || source.count - read < ByteWord.byteCount {
                written += take(source[read], at: to + written)
                read += 1
                continue
            }
            // Inside a line: all eight bytes are copied, and as many of them count as stand before the line break.
            let word = ByteWord(at: from + read)
            (to + written).storeBytes(of: word.bits.littleEndian, as: UInt64.self)
            let breaks = word.lineBreaks
            let count = breaks == 0 ? ByteWord.byteCount : ByteWord.firstLane(of: breaks)
            read += count
            written += count
            if breaks != 0 {
                written += take(source[read], at: to + written)
                read += 1
            }
        }
        return written
    }

    /// Encodes one byte; returns the number of bytes written, two at most.
    @inline(__always)
    private mutating func take(_ byte: UInt8, at target: UnsafeMutableRawPointer) -> Int {
        switch byte {
        case UInt8(ascii: "\n") where followsCR:
            followsCR = false
            return 0
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            followsCR = byte == UInt8(ascii: "\r")
            isAtLineStart = true
            target.storeBytes(of: UInt8(ascii: "\r"), as: UInt8.self)
            target.storeBytes(of: UInt8(ascii: "\n"), toByteOffset: 1, as: UInt8.self)
            return 2
        case UInt8(ascii: ".") where isAtLineStart && framing == .dotted:
            followsCR = false
            isAtLineStart = false
            target.storeBytes(of: byte, as: UInt8.self)
            target.storeBytes(of: byte, toByteOffset: 1, as: UInt8.self)
            return 2
        default:
            followsCR = false
            isAtLineStart = false
            target.storeBytes(of: byte, as: UInt8.self)
            return 1
        }
    }
}
