// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Composes a message of one plain text part: the simple case of ``MessageComposer``.
package struct PlainMessageComposer: Sendable {
    /// The author.
    package var from: Mailbox
    /// The primary recipients.
    package var to: [Mailbox]
    /// The recipients of copies.
    package var cc: [Mailbox]
    /// The subject, any text.
    package var subject: String
    /// The text, lines ended by LF or CRLF.
    package var text: String
    /// The date of the message.
    package var date: Timestamp
    /// The Message-ID, with its angle brackets.
    package var messageID: String

    /// A message to compose.
    package init(
        from: Mailbox,
        to: [Mailbox],
        cc: [Mailbox] = [],
        subject: String,
        text: String,
        date: Timestamp,
        messageID: String
    ) {
        self.from = from
        self.to = to
        self.cc = cc
        self.subject = subject
        self.text = text
        self.date = date
        self.messageID = messageID
    }

    /// The message as bytes, lines ended by CRLF, pure ASCII but for addresses beyond it.
    package func compose() -> [UInt8] {
        var header = MessageHeader(from: [from], to: to.map(AddressListEntry.mailbox))
        header.cc = cc.map(AddressListEntry.mailbox)
        header.subject = subject
        header.date = MailDate.format(date)
        header.messageID = messageID
        // One part has no boundary: nothing is drawn.
        var generator = SystemRandomNumberGenerator()
        return MessageComposer(header: header, text: text).compose(using: &generator)
    }
}
