// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput

/// A plain message that is to be composed.
///
/// Pure.
struct MessageDraft: Hashable {
    /// The primary recipients, shown to all.
    let to: [Mailbox]
    /// The recipients of copies, shown to all.
    let cc: [Mailbox]
    /// The subject.
    let subject: String
    /// The text; nil when it is still to be read.
    let text: String?

    /// Everyone whom the header names.
    func recipients() throws(CommandFailure) -> [EnvelopeRecipient] {
        do throws(EnvelopeError) {
            return try (to + cc).map { mailbox throws(EnvelopeError) in
                try EnvelopeRecipient(address: mailbox.address)
            }
        } catch {
            throw CommandFailure(error.summary, .badData)
        }
    }

    /// The message, from its author.
    ///
    /// - Parameters:
    ///   - author: whom the From field names.
    ///   - text: the text, where the draft has none.
    ///   - date: the date of the message.
    ///   - messageID: the Message-ID.
    /// - Returns: the bytes, lines ended by CRLF.
    func composed(from author: Mailbox, text: String, date: Timestamp, messageID: String) -> [UInt8] {
        PlainMessageComposer(
            from: author,
            to: to,
            cc: cc,
            subject: subject,
            text: self.text ?? text,
            date: date,
            messageID: messageID
        ).compose()
    }
}
