// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import MailMessage
internal import SMTPProtocol
internal import Spool

/// What one pass has made of one message, in one line.
///
/// Pure.
///
/// ```
/// delivered  order-1001  app@app.example → alice@example.net
/// failed     order-1002  app@app.example → bob@example.org (550 5.1.1 no such user)
/// queued     order-1003  (its time has not come, or somebody is still writing it)
/// ```
struct PassLine {
    /// Where the message stands.
    enum State: String {
        case delivered
        case failed
        case queued
    }

    private let stem: MessageStem
    private let state: State
    private let sender: String?
    private let recipients: [(address: String, state: RecipientState, reason: String)]
    private let reason: String?

    /// A message that was not tried.
    init(stem: MessageStem, state: State, reason: String) {
        self.stem = stem
        self.state = state
        self.reason = reason
        sender = nil
        recipients = []
    }

    /// A message that was tried.
    init(_ entry: QueuePass.Entry, isDelivered: Bool) {
        stem = entry.message.stem
        state = isDelivered ? .delivered : .failed
        sender = entry.message.envelope.sender.path.address?.description ?? "<>"
        recipients = (entry.result?.answers ?? []).compactMap { answer in
            guard case .recipient(let line) = answer.record else { return nil }
            return (line.address, line.outcome, line.reason)
        }
        let problem = entry.result?.fault?.text ?? entry.result?.contentProblem
        reason = problem ?? recipients.first { $0.state != .delivered }?.reason
    }

    /// The line for people.
    func text(_ palette: Palette) -> String {
        let padding = String(repeating: " ", count: 9 - state.rawValue.count)
        var text = palette.text(state.rawValue, isGood: state != .failed) + padding + "  \(stem)"
        if let sender {
            let addresses = recipients.map { PrintableText($0.address, limitBytes: 260).string }
            text += "  \(PrintableText(sender, limitBytes: 260))"
            if !addresses.isEmpty { text += " → " + addresses.joined(separator: ", ") }
        }
        if state != .delivered, let reason { text += "  (\(PrintableText(reason, limitBytes: 1024)))" }
        return text
    }

    /// The object for programs.
    ///
    /// The keys are stable; what is not known is `null`.
    var json: JSONValue {
        .object([
            .init("id", .string(stem.text)),
            .init("state", .string(state.rawValue)),
            .init("sender", sender.map(JSONValue.string) ?? .null),
            .init("recipients", .array(recipients.map(Self.value))),
            .init("reason", reason.map(JSONValue.string) ?? .null),
        ])
    }

    private static func value(
        _ recipient: (address: String, state: RecipientState, reason: String)
    ) -> JSONValue {
        .object([
            .init("address", .string(recipient.address)),
            .init("state", .string(recipient.state.rawValue)),
            .init("reason", .string(recipient.reason)),
        ])
    }
}
