// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import SMTPProtocol

/// A content on its way to the wire: how far it has been read, and the state of its encoding.
///
/// Its end, a final dot or the word LAST, stands only at the end of a content that was read to its stated size and is
/// known to be unchanged.
struct ContentStream: Sendable {
    /// Contents up to this size, in bytes, are read, encoded and written in one go.
    static let smallByteCount: Int64 = 64 << 10
    /// Bytes read at a time.
    private static let readByteCount: Int64 = 128 << 10
    /// Bytes read for a chunk.
    private static let chunkByteCount: Int64 = 1 << 20
    /// Room for a BDAT line, whose length is known when the chunk is.
    private static let commandByteLimit = 32

    private let source: any ContentSource
    private let allocator: ByteBufferAllocator
    private let framing: ContentFraming
    private let pieceByteLimit: Int64?
    private var encoder: ContentEncoder
    private var position: Int64 = 0

    /// A stream at the beginning of a content; a piece may be limited to fewer bytes than is usual.
    init(
        _ source: any ContentSource,
        framing: ContentFraming,
        allocator: ByteBufferAllocator,
        pieceByteLimit: Int64? = nil
    ) {
        self.source = source
        self.allocator = allocator
        self.framing = framing
        self.pieceByteLimit = pieceByteLimit
        encoder = ContentEncoder(framing: framing)
    }

    /// Whether the content is short enough to be read in one go.
    var isSmall: Bool { pieceByteLimit == nil && source.byteCount <= Self.smallByteCount }

    /// The next piece, encoded.
    ///
    /// Blocks as long as the source does.
    mutating func readPiece() throws -> ContentPiece {
        switch framing {
        case .dotted: try readDotted()
        case .chunked: try readChunk()
        }
    }

    private mutating func readDotted() throws -> ContentPiece {
        let end = isSmall ? source.byteCount : min(position + Self.readByteCount, source.byteCount)
        var encoded = allocator.buffer(capacity: Self.room(for: Int(end - position)))
        var isLast = try read(into: &encoded)
        while isSmall, !isLast { isLast = try read(into: &encoded) }
        return ContentPiece(bytes: encoded, commandByteCount: 0, position: position, isLast: isLast)
    }

    private mutating func readChunk() throws -> ContentPiece {
        let end = min(position + min(pieceByteLimit ?? .max, Self.chunkByteCount), source.byteCount)
        var encoded = allocator.buffer(capacity: Self.commandByteLimit + Self.room(for: Int(end - position)))
        encoded.moveWriterIndex(to: Self.commandByteLimit)
        encoded.moveReaderIndex(to: Self.commandByteLimit)
        var isLast = try read(into: &encoded)
        while position < end, !isLast { isLast = try read(into: &encoded) }
        // The line goes before the bytes that it counts.
        let count = encoded.readableBytes
        try CommandEncoder.encode(.chunk(byteCount: count, isLast: isLast), into: &encoded)
        let lineCount = encoded.readableBytes - count
        let start = Self.commandByteLimit - lineCount
        try encoded.copyBytes(at: Self.commandByteLimit + count, to: start, length: lineCount)
        encoded.moveReaderIndex(to: start)
        encoded.moveWriterIndex(to: Self.commandByteLimit + count)
        return ContentPiece(
            bytes: encoded,
            commandByteCount: lineCount,
            position: position,
            isLast: isLast
        )
    }

    /// Enough room for so many bytes once they are encoded, as a rule: so a buffer seldom grows.
    private static func room(for byteCount: Int) -> Int { byteCount + min(byteCount, 16 << 10) + 64 }

    /// Reads and encodes some more; returns whether that was the end.
    private mutating func read(into encoded: inout ByteBuffer) throws -> Bool {
        let room = Int(min(pieceByteLimit ?? .max, Self.readByteCount, source.byteCount - position))
        if room > 0 {
            let count = try withUnsafeTemporaryAllocation(byteCount: room, alignment: 16) { plain in
                let count = try source.read(at: position, into: plain)
                encoder.encode(UnsafeRawBufferPointer(rebasing: plain[..<count]), into: &encoded)
                return count
            }
            guard count > 0 else { throw ContentTruncated(expected: source.byteCount, found: position) }
            position += Int64(count)
        }
        guard position == source.byteCount else { return false }
        try source.verifyUnchanged()
        encoder.finish(into: &encoded)
        return true
    }
}
