// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool

/// One message as one JSON object in one line, for programs.
///
/// Pure.
///
/// The keys are stable; what is not known is `null`.
enum MessageJSON {
    /// The object of a message.
    static func value(_ message: MessageSummary) -> JSONValue {
        .object([
            .init("id", .string(message.stem.text)),
            .init("state", .string(message.state.rawValue)),
            .init("size", .integer(message.fileByteCount)),
            .init("queued", .string(message.queuedAt.description)),
            .init("attempts", .integer(Int64(message.attempts))),
            .init("next", text(message.nextAttempt?.description)),
            .init("sender", text(message.senderAddress)),
            .init("recipients", .array(message.recipients.map(value))),
            .init("reason", text(message.lastReason)),
        ])
    }

    private static func value(_ recipient: MessageSummary.Recipient) -> JSONValue {
        .object([
            .init("address", .string(recipient.address)),
            .init("state", text(recipient.state?.rawValue)),
            .init("reason", text(recipient.reason)),
        ])
    }

    private static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}
