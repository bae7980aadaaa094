// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// What is wrong with the configuration, and where.
///
/// Never holds a secret; every part of it is printable.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    package let file: String
    /// The place in the file; nil when the mistake is what is missing, or the file as a whole.
    package let position: TextPosition?
    /// The key in question, if it is one.
    package let key: String?
    /// What is wrong, what was expected, what to do.
    package let summary: String

    /// An error.
    package init(file: String, position: TextPosition? = nil, key: String? = nil, _ summary: String) {
        self.file = PrintableText(file, limitBytes: 300).string
        self.position = position
        self.key = key
        self.summary = summary
    }

    /// File, place and summary: `/etc/smtpqd/smtpqd.toml:12:1: …`.
    package var description: String {
        let place = position.map { ":\($0.line):\($0.column)" } ?? ""
        return file + place + ": " + summary
    }
}
