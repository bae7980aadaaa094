// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import NIOCore

/// Reads a content from the wire as it arrives in pieces of any size: finds its end, undoes the dots, and checks it.
///
/// Only the whole of CR LF, dot, CR LF ends a content after DATA; nothing else that looks like it does. What is written
/// out consists of whole bytes of the message with CR LF as its only line ends, as long as there is no defect.
///
/// Cost: one pass, no allocation but for what is kept.
///
/// - SeeAlso: RFC 5321 §4.5.2, RFC 3030 §2
struct ContentDecoder {
    /// How the end of a content is told.
    enum Framing {
        /// By a line of one dot; dots at the beginning of lines are doubled.
        case dotted
        /// By counting, elsewhere.
        case counted
    }

    private enum Position {
        case lineStart
        /// After a dot at the beginning of a line.
        case dot
        /// After a dot and a carriage return.
        case dotReturn
        case inside
        case afterReturn
    }

    private static let lineByteLimit = 998

    private let framing: Framing
    private let byteLimit: Int
    private var position = Position.lineStart
    private var lineByteCount = 0

    /// The bytes of the message so far.
    private(set) var byteCount = 0
    /// The first thing that is wrong with the content.
    private(set) var defect: ContentDefect?
    /// Whether the line of one dot has been read.
    private(set) var isAtEnd = false

    init(framing: Framing, byteLimit: Int?) {
        self.framing = framing
        self.byteLimit = byteLimit ?? .max
    }

    /// Takes bytes of the content out of the buffer, up to its end; writes the message to `output`, if there is one.
    mutating func decode(_ buffer: inout ByteBuffer, into output: inout ByteBuffer?) {
        buffer.readWithUnsafeReadableBytes { bytes in
            var index = 0
            while index < bytes.count, !isAtEnd { step(bytes, &index, &output) }
            return index
        }
    }

    /// The content has ended where counting says: a carriage return at its very end stands alone.
    mutating func finish() {
        if position == .afterReturn { note(.bareCarriageReturn) }
    }

    private mutating func step(
        _ bytes: UnsafeRawBufferPointer,
        _ index: inout Int,
        _ output: inout ByteBuffer?
    ) {
        switch position {
        case .lineStart:
            if framing == .dotted, bytes[index] == UInt8(ascii: ".") {
                position = .dot
                index += 1
            } else {
                position = .inside
            }
        case .dot:
            if bytes[index] == UInt8(ascii: "\r") {
                position = .dotReturn
                index += 1
            } else {
                position = .inside
            }
        case .dotReturn:
            if bytes[index] == UInt8(ascii: "\n") {
                isAtEnd = true
                index += 1
            } else {
                note(.bareCarriageReturn)
                position = .inside
            }
        case .inside:
            takeText(bytes, &index, &output)
        case .afterReturn:
            if bytes[index] == UInt8(ascii: "\n") {
                endLine(&output)
                index += 1
            } else {
                note(.bareCarriageReturn)
                position = .inside
            }
        }
    }

    /// Takes what is left of a line, as far as it has arrived.
    private mutating func takeText(
        _ bytes: UnsafeRawBufferPointer,
        _ index: inout Int,
        _ output: inout ByteBuffer?
    ) {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[index...])
        let lineFeed = Self.offset(of: UInt8(ascii: "\n"), in: rest)
        let line = UnsafeRawBufferPointer(rebasing: rest[..<(lineFeed ?? rest.count)])
        let end = Self.offset(of: UInt8(ascii: "\r"), in: line) ?? line.count
        write(UnsafeRawBufferPointer(rebasing: line[..<end]), to: &output)
        lineByteCount += end
        index += end
        if lineByteCount > Self.lineByteLimit { note(.lineTooLong) }
        if end < line.count {
            position = .afterReturn
            index += 1
        } else if lineFeed != nil {
            // The carriage return was not there: the text reached up to the line feed.
            note(.bareLineFeed)
            endLine(&output)
            index += 1
        }
    }

    private mutating func endLine(_ output: inout ByteBuffer?) {
        byteCount += 2
        if byteCount > byteLimit { note(.tooLarge) }
        if defect == nil { output?.writeStaticString("\r\n") }
        lineByteCount = 0
        position = .lineStart
    }

    private mutating func write(_ text: UnsafeRawBufferPointer, to output: inout ByteBuffer?) {
        byteCount += text.count
        if byteCount > byteLimit { note(.tooLarge) }
        if defect == nil { output?.writeBytes(text) }
    }

    private mutating func note(_ found: ContentDefect) {
        if defect == nil { defect = found }
    }

    private static func offset(of byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress, let found = memchr(start, CInt(byte), bytes.count) else {
            return nil
        }
        return UnsafeRawPointer(found) - start
    }
}
