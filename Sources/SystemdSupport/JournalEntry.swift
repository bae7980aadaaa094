// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Logging

/// One entry of the systemd journal: its fields, in the form in which the journal takes them.
///
/// ```
/// PRIORITY=6
/// SYSLOG_IDENTIFIER=smtpqd
/// SMTPQ_ID=order-1001
/// MESSAGE=order-1001: delivered to <alice@example.net> by primary: 250 Ok
/// ```
///
/// - SeeAlso: systemd.journal-fields(7)
struct JournalEntry: Hashable, Sendable {
    /// The fields as `NAME=value`.
    ///
    /// A value may hold any character: the protocol carries lengths, so that no value can begin a field of
    /// its own.
    let fields: [String]

    /// The fields that are written here and that metadata therefore cannot set.
    private static let ownFields: Set<String> = ["MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER"]
    /// Longest name that the journal takes, in bytes.
    private static let longestName = 64

    /// Makes the entry of a log line.
    ///
    /// Metadata under a valid field name becomes a field of that name. Metadata under any other key stands after the message
    /// as `key=value`.
    init(
        identifier: String,
        level: Logger.Level,
        message: String,
        error: (any Error)?,
        metadata: Logger.Metadata
    ) {
        var text = message
        var fields = ["PRIORITY=\(SyslogPriority(level).rawValue)", "SYSLOG_IDENTIFIER=\(identifier)"]
        if let error { text += ": \(error)" }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            if Self.isFieldName(key), !Self.ownFields.contains(key) {
                fields.append("\(key)=\(value)")
            } else {
                text += " \(key)=\(value)"
            }
        }
        fields.append("MESSAGE=\(text)")
        self.fields = fields
    }

    /// Whether the journal takes a field of this name from a service: capital letters, digits and underscores, not
    /// beginning with a digit or an underscore.
    private static func isFieldName(_ name: String) -> Bool {
        guard let first = name.utf8.first, isCapital(first), name.utf8.count <= longestName else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            isCapital(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_")
        }
    }

    private static func isCapital(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
