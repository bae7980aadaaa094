// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
package import NIOCore

/// Reads replies from a stream of bytes that arrives in pieces of any size.
///
/// Lines end in CR LF; a bare LF is tolerated. After an error the parser stays in that error: nothing that follows can
/// be trusted to be at the beginning of a reply. Memory is bounded by ``ReplyLimits``; no byte is looked at twice.
///
/// - SeeAlso: RFC 5321 §4.2
package struct ReplyParser: Sendable {
    /// A reply of which some lines have been read.
    private struct Opening: Sendable {
        let code: Int
        var lines: [PrintableText]
    }

    private let limits: ReplyLimits
    private var opening: Opening?
    /// How many of the readable bytes are known to hold no line end.
    private var searchedByteCount = 0
    private var error: ReplyError?

    /// A parser at the beginning of a reply.
    package init(limits: ReplyLimits = .standard) {
        self.limits = limits
    }

    /// Takes the next whole reply out of the buffer; nil when more bytes are needed.
    ///
    /// What is left in the buffer must be there, at its front, at the next call.
    package mutating func parse(_ buffer: inout ByteBuffer) throws(ReplyError) -> Reply? {
        if let error { throw error }
        do throws(ReplyError) {
            while let line = try nextLine(in: &buffer) {
                if let reply = try take(line) { return reply }
            }
            return nil
        } catch {
            self.error = error
            opening = nil
            throw error
        }
    }

    /// Takes a line without its end out of the buffer.
    private mutating func nextLine(in buffer: inout ByteBuffer) throws(ReplyError) -> ByteBufferView? {
        let bytes = buffer.readableBytesView
        guard let end = bytes.dropFirst(searchedByteCount).firstIndex(of: UInt8(ascii: "\n")) else {
            // One byte more than the limit may still be the CR of the line end.
            guard bytes.count <= limits.lineByteCount + 1 else { throw .lineTooLong }
            searchedByteCount = bytes.count
            return nil
        }
        searchedByteCount = 0
        buffer.moveReaderIndex(forwardBy: end + 1 - bytes.startIndex)
        var line = bytes[bytes.startIndex..<end]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        guard line.count <= limits.lineByteCount else { throw .lineTooLong }
        return line
    }

    /// Adds a line to the reply; returns the reply when that was its last one.
    private mutating func take(_ line: ByteBufferView) throws(ReplyError) -> Reply? {
        let code = try Self.code(of: line)
        let separator = line.dropFirst(3).first
        guard separator == nil || separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-") else {
            throw .malformedLine
        }
        var reply = opening ?? Opening(code: code, lines: [])
        opening = nil
        guard reply.code == code else { throw .codeChanged }
        guard reply.lines.count < limits.lineCount else { throw .tooManyLines }
        reply.lines.append(PrintableText(bytes: line.dropFirst(4), limitBytes: limits.lineByteCount))
        guard separator != UInt8(ascii: "-") else {
            opening = reply
            return nil
        }
        return Reply(code: reply.code, lines: reply.lines)
    }

    /// The three digits a line begins with.
    private static func code(of line: ByteBufferView) throws(ReplyError) -> Int {
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            throw .malformedLine
        }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard (200...599).contains(code) else { throw .codeOutOfRange }
        return code
    }
}
