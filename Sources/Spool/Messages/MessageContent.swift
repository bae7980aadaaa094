// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The message part of a queue file as it goes on the wire: header edited, line ends untouched, nothing encoded.
///
/// A small file is in memory whole, and no descriptor is held. Of a long one the header is in memory; the body is read
/// from the file at the position asked for. Thread-safe.
package final class MessageContent: Sendable {
    private let beginning: [UInt8]
    /// The file behind the beginning and its state at the claim; nil when everything is in memory.
    private let rest: (file: OpenFile, offset: Int64, status: FileStatus)?

    /// Size in bytes.
    package let byteCount: Int64

    init(beginning: [UInt8], rest: (file: OpenFile, offset: Int64, status: FileStatus)?) {
        self.beginning = beginning
        self.rest = rest
        byteCount = Int64(beginning.count) + (rest.map { $0.status.byteCount - $0.offset } ?? 0)
    }

    /// Reads at a position, as much as is at hand with one read; 0 at the end.
    ///
    /// - Throws: ``SpoolError``: `changed` when the file became shorter, or a fault of the host.
    package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(SpoolError) -> Int
    {
        guard offset >= 0, offset < byteCount else { return 0 }
        if offset < Int64(beginning.count) {
            let part = beginning[Int(offset)...].prefix(buffer.count)
            buffer.copyBytes(from: part)
            return part.count
        }
        guard let rest else { return 0 }
        let room = min(Int64(buffer.count), byteCount - offset)
        guard room > 0 else { return 0 }
        let window = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(room)])
        let count = try rest.file.read(at: rest.offset + offset - Int64(beginning.count), into: window)
        guard count > 0 else {
            throw SpoolError(.changed, "\(rest.file.path) became shorter while it was being sent")
        }
        return count
    }

    /// The first bytes, as many as these; fewer when the content ends or cannot be read.
    package func prefix(_ limit: Int) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit, alignment: 16)
        defer { buffer.deallocate() }
        var filled = 0
        while filled < limit,
            let count = try? read(at: Int64(filled), into: .init(rebasing: buffer[filled...])), count > 0
        {
            filled += count
        }
        return Array(buffer[..<filled])
    }

    /// Hands over the content piece by piece, from its first byte to its last.
    ///
    /// - Throws: ``SpoolError`` as ``read(at:into:)`` does; what `body` throws.
    package func forEachPiece(
        _ body: (UnsafeRawBufferPointer) throws(SpoolError) -> Void
    ) throws(SpoolError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        while case let count = try read(at: offset, into: buffer), count > 0 {
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += Int64(count)
        }
    }

    /// Throws ``SpoolError`` with code `changed` when the file was written to, or renamed by somebody, since it was claimed.
    ///
    /// Asked after the last byte is read and before the message is ended on the wire: what changed is never sent half.
    package func verifyUnchanged() throws(SpoolError) {
        guard let rest else { return }
        guard try rest.file.status().isUntouched(since: rest.status) else {
            throw SpoolError(.changed, "\(rest.file.path) was changed while it was being sent")
        }
    }
}
