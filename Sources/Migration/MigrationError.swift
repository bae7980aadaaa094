// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// Why the configuration of another program cannot be translated at all.
package struct MigrationError: Error, Hashable, Sendable {
    /// What is wrong, and where, printable.
    package let summary: String

    /// An error about a file.
    init(_ file: String, _ summary: String) {
        self.summary = "\(PrintableText(file, limitBytes: 300)): \(summary)"
    }
}
