// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How far a batch is, as one line for a terminal.
///
/// Pure.
struct ProgressLine: Hashable {
    private static let width = 30

    /// Messages that are done.
    var doneCount = 0
    /// Messages that could not be.
    var refusedCount = 0
    /// How much of the work is behind, from 0 to 1; nil when that is not known.
    var share: Double?

    /// The line.
    var text: String {
        var text = doneCount == 1 ? "1 message" : "\(doneCount) messages"
        if refusedCount > 0 { text += ", \(refusedCount) refused" }
        guard let share else { return text }
        let filled = Int(share * Double(Self.width))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        return "[\(bar)] \(Int(share * 100)) %, \(text)"
    }
}
