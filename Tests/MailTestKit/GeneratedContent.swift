// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient
package import SMTPProtocol
internal import Synchronization

/// A content of any size that exists nowhere: lines of 80 bytes with their line ends.
package final class GeneratedContent: ContentSource {
    /// How the content misbehaves.
    package enum Fault: Sendable, Hashable {
        /// It does not.
        case none
        /// Reading fails from this position on.
        case unreadable(at: Int64)
        /// There are fewer bytes than it says.
        case short(by: Int64)
        /// It was written to while it was being read.
        case changed
    }

    /// What a misbehaving content throws.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private static let line = Array((String(repeating: "0123456789", count: 8).prefix(78) + "\r\n").utf8)

    package let byteCount: Int64
    private let fault: Fault
    private let readCount = Atomic<Int64>(0)

    /// A content of so many bytes, rounded up to whole lines.
    package init(byteCount: Int64, fault: Fault = .none) {
        let length = Int64(Self.line.count)
        self.byteCount = (byteCount + length - 1) / length * length
        self.fault = fault
    }

    /// The bytes that were read so far.
    package var readByteCount: Int64 { readCount.load(ordering: .relaxed) }

    /// What a session must know of the content.
    package var facts: ContentFacts {
        ContentFacts(
            wireByteCount: byteCount,
            isEightBit: false,
            longestLine: Self.line.count - 2,
            hasNUL: false,
            hasNonASCIIHeader: false
        )
    }

    package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var end = byteCount
        switch fault {
        case .unreadable(let position) where offset >= position:
            throw Failure(description: "input/output error")
        case .short(let missing): end -= missing
        case .none, .changed, .unreadable: break
        }
        let count = Int(min(Int64(buffer.count), max(0, end - offset)))
        var position = Int(offset % Int64(Self.line.count))
        for index in 0..<count {
            buffer[index] = Self.line[position]
            position = position + 1 == Self.line.count ? 0 : position + 1
        }
        readCount.add(Int64(count), ordering: .relaxed)
        return count
    }

    package func verifyUnchanged() throws {
        if fault == .changed { throw Failure(description: "the file was written to while it was being sent") }
    }
}
