// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How far a batch is, as one line for a terminal.
///
/// Pure.
struct ProgressLine: Hashable {
    private static let width = 30

    /// Messages that are in the queue.
    var enqueuedCount = 0
    /// Messages that are not, and will not be.
    var refusedCount = 0
    /// How much of the input was read, from 0 to 1; nil when its size is not known.
    var readShare: Double?

    /// The line.
    var text: String {
        var text = enqueuedCount == 1 ? "1 message" : "\(enqueuedCount) messages"
        if refusedCount > 0 { text += ", \(refusedCount) refused" }
        guard let readShare else { return text }
        let filled = Int(readShare * Double(Self.width))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        return "[\(bar)] \(Int(readShare * 100)) %, \(text)"
    }
}
