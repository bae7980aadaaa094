// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput
internal import Spool

/// Takes the header or the body out of a queue file while it is read piece by piece.
///
/// Pure.
struct MessagePart {
    /// Which part.
    enum Kind: Hashable {
        /// The header of the message, without the envelope block.
        case header
        /// What stands behind the header.
        case body
    }

    /// Envelope block and header are not longer, in bytes; what is longer, the daemon has refused.
    private static let limit = QueueFileParser.blockLimit + (2 << 20)

    private let kind: Kind
    /// The file as far as it was read; nil once the header has ended.
    private var beginning: [UInt8]? = []
    /// How long ``beginning`` must be before it is looked at again.
    private var nextLook = 64 << 10

    /// A part of a file.
    init(_ kind: Kind) { self.kind = kind }

    /// Takes a piece of the file; gives what of it belongs to the part.
    mutating func take(_ piece: UnsafeRawBufferPointer) throws(SpoolError) -> [UInt8] {
        guard var bytes = beginning else { return kind == .body ? Array(piece) : [] }
        bytes += piece
        beginning = bytes
        guard bytes.count >= nextLook else { return [] }
        nextLook = bytes.count * 4
        return try look(at: bytes, isWhole: bytes.count > Self.limit)
    }

    /// Gives the rest of the part at the end of the file.
    mutating func finish() throws(SpoolError) -> [UInt8] {
        guard let bytes = beginning else { return [] }
        return try look(at: bytes, isWhole: true)
    }

    private mutating func look(at bytes: [UInt8], isWhole: Bool) throws(SpoolError) -> [UInt8] {
        guard let block = try QueueFileParser.parse(bytes, isWhole: isWhole) else { return [] }
        let message = Array(bytes[block.messageOffset...])
        // A last line without its end is a line all the same.
        let isTorn = isWhole && !message.isEmpty && message.last != UInt8(ascii: "\n")
        let header = HeaderBlock(parsing: isTorn ? message + [UInt8(ascii: "\n")] : message)
        guard isWhole || header.isTerminated else { return [] }
        beginning = nil
        let end = min(header.bodyOffset, message.count)
        return Array(kind == .header ? message[..<min(header.fieldsEnd, end)] : message[end...])
    }
}
