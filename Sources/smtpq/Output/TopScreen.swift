// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool

/// What `smtpq top` shows: the status, and the messages that are being sent or wait, as many as fit.
///
/// Pure.
struct TopScreen {
    /// What stands in the queue, at two moments.
    struct Count: Hashable {
        /// Messages that wait or are being sent.
        let waiting: Int
        /// When they were counted.
        let time: Timestamp
    }

    /// The status.
    let status: QueueStatus
    /// The first messages, those that are being sent before the others.
    let messages: [MessageSummary]
    /// How many wait now, and waited before; nil when that is not known.
    let counts: (before: Count?, now: Count)?
    /// The time.
    let now: Timestamp

    /// The lines, for a screen of this size.
    func lines(columns: Int, rows: Int, palette: Palette) -> [String] {
        let footer = "q ends this"
        var head = status.lines(now: now, palette: palette)
        if let change { head.append("change  " + change) }
        // Many relays must leave room for the mail.
        if head.count > max(4, rows / 2) { head = head.prefix(max(3, rows / 2 - 1)) + ["        …"] }
        let line = MessageLine(for: messages.map(\.stem), now: now, palette: palette)
        let room = max(0, rows - head.count - 3)
        let body = messages.isEmpty ? ["no messages"] : [line.heading] + messages.prefix(room).map(line.text)
        var lines = head + [""] + body.prefix(room + 1)
        while lines.count < rows - 1 { lines.append("") }
        return (lines.prefix(max(0, rows - 1)) + [footer]).map { DisplayText.cut($0, columns: columns) }
    }

    /// How fast the queue grows or shrinks: `12.5 a second fewer`.
    private var change: String? {
        guard let counts, let before = counts.before else { return nil }
        let milliseconds = counts.now.time.millisecondsSinceEpoch - before.time.millisecondsSinceEpoch
        guard milliseconds > 0 else { return nil }
        let tenths = Int64(counts.now.waiting - before.waiting) * 10_000 / milliseconds
        guard tenths != 0 else { return "none" }
        return "\(abs(tenths) / 10).\(abs(tenths) % 10) a second \(tenths < 0 ? "fewer" : "more") wait"
    }
}
