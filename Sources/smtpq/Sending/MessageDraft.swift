// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput
internal import Submission

/// A message that is to be composed.
///
/// Pure.
struct MessageDraft: Hashable {
    /// The primary recipients, shown to all.
    var to: [Mailbox] = []
    /// The recipients of copies, shown to all.
    var cc: [Mailbox] = []
    /// The recipients of copies that nobody else learns of.
    var bcc: [Mailbox] = []
    /// The subject.
    var subject = ""
    /// The text; nil when it is still to be read, or there is none.
    var text: String?
    /// The file with the text; nil is standard input.
    var textFile: String?
    /// The text as HTML, or the file that it is in.
    var html: HTMLArgument?
    /// What the HTML shows.
    var images: [FileArgument] = []
    /// Files.
    var attachments: [FileArgument] = []

    /// Whether the text comes from ``textFile``: HTML alone is a message too.
    var readsText: Bool { text == nil && (html == nil || textFile != nil) }

    /// Everyone who gets it.
    func recipients() throws(CommandFailure) -> [EnvelopeRecipient] {
        do throws(EnvelopeError) {
            return try (to + cc + bcc).map { mailbox throws(EnvelopeError) in
                try EnvelopeRecipient(address: mailbox.address)
            }
        } catch {
            throw CommandFailure(error.summary, .badData)
        }
    }
}
