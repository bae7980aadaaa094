// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// Reads a journal that comes in pieces, line by line: memory does not grow with the journal.
///
/// Pure. A line without an end is none yet; one that is longer than any of ours is skipped like every other foreign line.
struct JournalReader {
    /// Longest line that is looked at, in bytes.
    static let lineLimit = 64 << 10

    private var line: [UInt8] = []

    /// Takes the next bytes, and hands over each record that they complete.
    mutating func read(
        _ bytes: some Sequence<UInt8>,
        _ body: (_ time: Timestamp, _ record: JournalRecord) -> Void
    ) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if let (time, record) = JournalFormat.record(in: line[...]) { body(time, record) }
                line.removeAll(keepingCapacity: true)
            } else if line.count <= Self.lineLimit {
                line.append(byte)
            }
        }
    }
}
