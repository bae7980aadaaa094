// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// Reads the envelope block of a queue file, version 1.
///
/// Pure. The block ends at the first line that is no envelope field; when that line is empty it belongs to the block. A file
/// without a block is a plain message.
package struct QueueFileParser {
    /// Most recipients in one file.
    package static let recipientLimit = 20_000
    /// Longest block, in bytes.
    package static let blockLimit = 4 << 20
    /// Longest line, in bytes.
    package static let lineLimit = 4096

    /// What was found.
    package struct Result: Hashable, Sendable {
        /// The fields.
        package let envelope: QueueFileEnvelope
        /// Size of the message in bytes, as `Queue-Length` states it.
        package let statedLength: Int64?
        /// The first byte of the message.
        package let messageOffset: Int
    }

    private var envelope = QueueFileEnvelope()
    private var statedLength: Int64?
    private var seen: Set<QueueFileField> = []
    private var lineNumber = 0

    /// Parses the beginning of a file.
    ///
    /// - Parameters:
    ///   - bytes: the file, or its beginning.
    ///   - isWhole: whether `bytes` is the whole file.
    /// - Returns: the block; nil when more of the file is needed, which is never asked for beyond ``blockLimit``.
    /// - Throws: ``SpoolError`` with code `malformed`, the line and the reason.
    package static func parse(_ bytes: [UInt8], isWhole: Bool) throws(SpoolError) -> Result? {
        var parser = QueueFileParser()
        return try parser.run(bytes, isWhole: isWhole)
    }

    /// Whether a text can be the name of a relay: 1 to 64 bytes of those that a stem may have.
    package static func isRelayName(_ text: some StringProtocol) -> Bool {
        (1...64).contains(text.utf8.count) && MessageStem.isWellFormed(text.utf8)
    }

    private mutating func run(_ bytes: [UInt8], isWhole: Bool) throws(SpoolError) -> Result? {
        var position = 0
        while true {
            lineNumber += 1
            let newline = bytes[position...].prefix(Self.lineLimit + 2).firstIndex(of: UInt8(ascii: "\n"))
            let next = newline.map { $0 + 1 } ?? bytes.count
            let line = Self.withoutLineEnd(bytes[position..<next])
            if newline == nil, !isWhole, line.count <= Self.lineLimit, Self.mayMatter(line) { return nil }
            if line.isEmpty { return result(at: lineNumber == 1 ? 0 : next) }
            guard QueueFileField.isField(line) else {
                if lineNumber > 1, line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
                    throw fail("an envelope field cannot be continued on a second line")
                }
                return result(at: position)
            }
            guard line.count <= Self.lineLimit else {
                throw fail("the line is longer than \(Self.lineLimit) bytes")
            }
            try read(line)
            position = next
            guard position <= Self.blockLimit else {
                throw fail("the envelope is longer than \(Self.blockLimit) bytes")
            }
        }
    }

    /// Whether a line of which only the beginning is known may turn out to be a field, or the empty line behind the block.
    private static func mayMatter(_ line: ArraySlice<UInt8>) -> Bool {
        QueueFileField.mayBeField(line) || line.elementsEqual([UInt8(ascii: "\r")])
    }

    private func result(at offset: Int) -> Result {
        Result(envelope: envelope, statedLength: statedLength, messageOffset: offset)
    }

    private static func withoutLineEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        if line.last == UInt8(ascii: "\n") {
            line.removeLast()
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
        }
        return line
    }

    private mutating func read(_ line: ArraySlice<UInt8>) throws(SpoolError) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw fail("\"\(PrintableText(bytes: line, limitBytes: 60))\" has no colon")
        }
        let name = line[..<colon]
        guard let field = QueueFileField(name: name) else {
            throw fail("\(PrintableText(bytes: name, limitBytes: 60)) is not a known field")
        }
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let rest = line[(colon + 1)...].drop(while: isBlank)
        let end = rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? rest.startIndex
        guard let value = String(validating: rest[..<end], as: UTF8.self) else {
            throw fail("the value of \(field.rawValue) is not UTF-8")
        }
        guard field.mayRepeat || seen.insert(field).inserted else {
            throw fail("\(field.rawValue) stands twice")
        }
        try apply(field, value)
    }

    private mutating func apply(_ field: QueueFileField, _ value: String) throws(SpoolError) {
        switch field {
        case .version:
            guard value == "1" else {
                throw fail("version \"\(PrintableText(value, limitBytes: 20))\" is not known, only 1 is")
            }
        case .from, .otherSender:
            guard envelope.sender == nil else { throw fail("the sender stands twice") }
            envelope.sender = try checked { () throws(EnvelopeError) in
                try EnvelopeSender(parsing: value, domainIfMissing: LocalAddressRules.hostDomain)
            }
        case .to, .otherRecipient:
            guard envelope.recipients.count < Self.recipientLimit else {
                throw fail("there are more than \(Self.recipientLimit) recipients")
            }
            envelope.recipients.append(
                try checked { () throws(EnvelopeError) in
                    try EnvelopeRecipient(parsing: value, domainIfMissing: LocalAddressRules.hostDomain)
                }
            )
        case .after: envelope.after = try time(value)
        case .expires: envelope.expires = try time(value)
        case .priority:
            guard let priority = Int(value), (-9...9).contains(priority) else {
                throw fail("the priority is not -9 to 9")
            }
            envelope.priority = priority
        case .relay:
            guard Self.isRelayName(value) else {
                throw fail("\"\(PrintableText(value, limitBytes: 60))\" is no relay name")
            }
            envelope.relay = value
        case .length:
            guard let length = Int64(value), length >= 0,
                value.utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else {
                throw fail("the length is not a number of bytes")
            }
            statedLength = length
        }
    }

    private func checked<Value>(_ read: () throws(EnvelopeError) -> Value) throws(SpoolError) -> Value {
        do throws(EnvelopeError) {
            return try read()
        } catch {
            throw fail(error.summary)
        }
    }

    private func time(_ value: String) throws(SpoolError) -> Timestamp {
        do throws(TimestampError) {
            return try Timestamp(parsing: value)
        } catch {
            throw fail(error.summary)
        }
    }

    private func fail(_ reason: String) -> SpoolError {
        SpoolError(.malformed, "line \(lineNumber): \(reason)", line: lineNumber)
    }
}
