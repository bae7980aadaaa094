// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool

/// One message in one line of `smtpq list`, for people.
///
/// Pure.
///
/// ```
/// ID          STATE    SIZE   AGE     TRIES  NEXT      FROM → TO (LAST REASON)
/// order-1001  queued   1.2K   3min    1      in 54s    app@app.example → alice@example.net (451 4.7.1 greylisted)
/// ```
struct MessageLine {
    /// Recipients that are named; the others are counted.
    private static let recipientLimit = 3
    /// Ids are aligned up to this width, that of the ids that `smtpq send` gives.
    private static let widestID = 32

    private let idWidth: Int
    private let now: Timestamp
    private let palette: Palette

    /// Lines for the messages of a listing.
    init(for stems: [MessageStem], now: Timestamp, palette: Palette) {
        idWidth = min(stems.map { $0.text.utf8.count }.max() ?? 0, Self.widestID)
        self.now = now
        self.palette = palette
    }

    /// What stands above the columns.
    var heading: String {
        columns("ID", Self.padded("STATE", 7), "SIZE", "AGE", "TRIES", "NEXT") + "  FROM → TO (LAST REASON)"
    }

    /// The line of a message.
    func text(_ message: MessageSummary) -> String {
        let state = palette.text(Self.padded(message.state.rawValue, 7), of: message.state)
        let line = columns(
            message.stem.text,
            state,
            SizeText.text(message.fileByteCount),
            AgeText.text(from: message.queuedAt, to: now),
            String(message.attempts),
            next(message)
        )
        let sender = PrintableText(message.senderAddress ?? "?", limitBytes: 260)
        let reason = message.lastReason.map { " (\(PrintableText($0, limitBytes: 1024)))" } ?? ""
        return line + "  \(sender) → \(recipients(message))" + reason
    }

    private func columns(_ id: String, _ state: String, _ texts: String...) -> String {
        let widths = [5, 6, 5, 8]
        let rest = zip(texts, widths).map { Self.padded($0, $1) }
        return ([Self.padded(id, idWidth), state] + rest).joined(separator: "  ")
    }

    private func next(_ message: MessageSummary) -> String {
        guard message.state == .queued else { return "-" }
        guard let next = message.nextAttempt, next > now else { return "now" }
        return "in " + AgeText.text(from: now, to: next)
    }

    private func recipients(_ message: MessageSummary) -> String {
        guard !message.recipients.isEmpty else { return "?" }
        let named = message.recipients.prefix(Self.recipientLimit).map {
            PrintableText($0.address, limitBytes: 260).string
        }
        let others = message.recipients.count - named.count
        return named.joined(separator: ", ") + (others > 0 ? " and \(others) more" : "")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
