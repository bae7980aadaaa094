// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Composes a message of one plain text part.
///
/// - SeeAlso: RFC 5322 §3.6, RFC 2045, RFC 2047
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
    ///
    /// Text beyond ASCII, or with lines that are too long, is encoded as quoted-printable.
    package func compose() -> [UInt8] {
        let textLines = textLines
        let plain = isPlain(textLines)
        var lines = [
            HeaderFieldEncoder.unstructured("Date", MailDate.format(date)),
            HeaderFieldEncoder.mailboxes("From", [from]),
            HeaderFieldEncoder.unstructured("Message-ID", messageID),
            HeaderFieldEncoder.unstructured("Subject", subject),
        ]
        if !to.isEmpty { lines.append(HeaderFieldEncoder.mailboxes("To", to)) }
        if !cc.isEmpty { lines.append(HeaderFieldEncoder.mailboxes("Cc", cc)) }
        lines += [
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=" + (plain ? "us-ascii" : "utf-8"),
            "Content-Transfer-Encoding: " + (plain ? "7bit" : "quoted-printable"),
            "",
        ]
        let body = textLines.map { plain ? $0 : QuotedPrintable.encode(line: $0) }
        return Array((lines + body).joined(separator: "\r\n").utf8) + [0x0D, 0x0A]
    }

    /// The lines without their ends; a CR that no LF follows belongs to its line.
    private var textLines: [String] {
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private func isPlain(_ lines: [String]) -> Bool {
        lines.allSatisfy {
            $0.utf8.count <= 78 && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
        }
    }
}
