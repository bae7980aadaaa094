// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPSink

/// What `smtpq sink` shows.
///
/// Pure.
enum SinkText {
    /// A message in one line: `from <a@b.example> to <c@d.example>, 512 bytes`.
    static func line(_ message: SinkMessage) -> String {
        let recipients = message.recipients.map { PrintableText($0, limitBytes: 320).string }
        let sender = PrintableText(message.sender, limitBytes: 320)
        return "from \(sender) to \(recipients.joined(separator: ", ")), \(message.byteCount) bytes"
    }

    /// Host and port, an IPv6 address in brackets.
    static func address(_ host: String, _ port: Int) -> String {
        let shown = PrintableText(host, limitBytes: 120)
        return host.contains(":") ? "[\(shown)]:\(port)" : "\(shown):\(port)"
    }
}
