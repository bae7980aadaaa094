// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import ProgramOutput

/// The beginning of a message, as far as its header goes: what must be known before it is enqueued.
///
/// Pure, but for reading.
package struct MessageBeginning {
    /// Bytes that are read at first: most messages are not longer.
    private static let firstByteCount = 64 << 10
    /// Longest header, in bytes: the daemon takes no longer one.
    private static let headerLimit = 1 << 20

    /// The bytes that were read.
    package let bytes: [UInt8]
    /// The header in them.
    package let header: HeaderBlock

    /// Reads as much of a message as its header takes.
    package static func read(from source: any MessageSource) throws(CommandFailure) -> MessageBeginning {
        var bytes: [UInt8] = []
        var count = firstByteCount
        var isWhole = false
        while true {
            while !isWhole, bytes.count < count {
                if let piece = try source.next() {
                    if bytes.isEmpty { bytes = piece } else { bytes += piece }
                } else {
                    isWhole = true
                }
            }
            if let beginning = try MessageBeginning(bytes, isWhole: isWhole) { return beginning }
            count *= 4
        }
    }

    /// Looks at the first bytes of a message; nil when the header is longer.
    ///
    /// - Parameters:
    ///   - bytes: the message, or its beginning.
    ///   - isWhole: whether `bytes` is the whole message.
    /// - Throws: ``CommandFailure`` when it is no message to send.
    package init?(_ bytes: [UInt8], isWhole: Bool) throws(CommandFailure) {
        guard !bytes.isEmpty else { throw CommandFailure("the message is empty", .badData) }
        // Its recipients would be told to each other, as fields of the header.
        guard !Self.isQueueFile(bytes) else {
            throw CommandFailure(
                "the input begins with a Queue- field: send takes a message, its envelope stands in the options",
                .badData
            )
        }
        // A last line without its end is a line all the same.
        let isTorn = isWhole && bytes.last != UInt8(ascii: "\n")
        let header = HeaderBlock(parsing: isTorn ? bytes + [UInt8(ascii: "\n")] : bytes)
        guard header.isTerminated ? header.bodyOffset <= Self.headerLimit : bytes.count < Self.headerLimit
        else {
            throw CommandFailure(
                "the header of the message is longer than \(Self.headerLimit) bytes",
                .badData
            )
        }
        guard isWhole || header.isTerminated else { return nil }
        self.bytes = bytes
        self.header = header
    }

    private static func isQueueFile(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes.prefix(6), as: UTF8.self).lowercased() == "queue-"
    }
}
