// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage

/// Senders and recipients with their parameters, as people and queue files write them, and moments.
enum EnvelopeTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        let text = String(decoding: input, as: UTF8.self)
        if let sender = try? EnvelopeSender(parsing: text) {
            try FuzzTarget.expectPrintable(sender.description)
            try Violation.unless(
                (try? EnvelopeSender(parsing: sender.description)) == sender,
                "a sender is read as it is written"
            )
        }
        if let recipient = try? EnvelopeRecipient(parsing: text) {
            try FuzzTarget.expectPrintable(recipient.description)
            try Violation.unless(
                (try? EnvelopeRecipient(parsing: recipient.description)) == recipient,
                "a recipient is read as it is written"
            )
        }
        if let time = try? Timestamp(parsing: text) {
            try Violation.unless(
                (try? Timestamp(parsing: time.description)) == time,
                "a moment is read as it is written"
            )
        }
        let shown = PrintableText(text, limitBytes: 80).string
        try Violation.unless(shown.utf8.count <= 80 + "…".utf8.count, "what is shown is bounded")
        try FuzzTarget.expectPrintable(shown)
    }
}
