// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage

/// The key under which a user enqueues a message: the same key means the same message, which is enqueued once.
///
/// Each user has keys of his own. The key itself is written nowhere, only its hash is.
package struct SubmissionKey: Hashable, Sendable {
    /// Most bytes of a key.
    package static let maximumLength = 200

    /// The name that the message has.
    package let stem: MessageStem

    /// A key of the user of this process.
    ///
    /// - Throws: ``SpoolError`` with code `name` when the text is empty, too long, or has controls or line breaks (T5).
    package init(_ text: String) throws(SpoolError) {
        guard (1...Self.maximumLength).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: CharacterRules.isForbidden)
        else {
            throw SpoolError(
                .name,
                "\"\(PrintableText(text, limitBytes: 80))\" is no key: 1 to \(Self.maximumLength) bytes without control characters"
            )
        }
        stem = .derived(from: ["key", "\(geteuid())", text])
    }
}
