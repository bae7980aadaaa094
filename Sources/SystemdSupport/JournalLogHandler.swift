// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CSystemd
internal import Glibc
package import Logging

/// Writes log lines to the systemd journal, metadata as fields.
///
/// A line that the journal does not take is lost: standard error leads to the same journal.
///
/// - SeeAlso: sd_journal_sendv(3)
package struct JournalLogHandler: LogHandler {
    private let identifier: String

    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    /// A handler whose lines have this SYSLOG_IDENTIFIER.
    package init(identifier: String, logLevel: Logger.Level) {
        self.identifier = identifier
        self.logLevel = logLevel
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let entry = JournalEntry(
            identifier: identifier,
            level: event.level,
            message: event.message.description,
            error: event.error,
            metadata: event.allMetadata(handler: metadata, provider: metadataProvider)
        )
        Self.send(entry)
    }

    private static func send(_ entry: JournalEntry) {
        // All fields in one block, so that one scope of unsafe pointers is enough.
        var block: [UInt8] = []
        var ends: [Int] = []
        for field in entry.fields {
            block += field.utf8
            ends.append(block.count)
        }
        block.withUnsafeMutableBytes { bytes in
            var vectors: [iovec] = []
            var start = 0
            for end in ends {
                vectors.append(iovec(iov_base: bytes.baseAddress?.advanced(by: start), iov_len: end - start))
                start = end
            }
            _ = sd_journal_sendv(vectors, Int32(clamping: vectors.count))
        }
    }
}
