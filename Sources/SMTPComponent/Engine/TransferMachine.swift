// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Turns the progress of a content into the events of its text.
///
/// ```
/// headers of 100 bytes, text of 300:
/// 0 of 400      StartTransfer
/// 250 of 400    Transfer 150 bytes, 50 %
/// 400 of 400    Transfer 300 bytes, 100 %; EndTransfer
/// ```
struct TransferMachine: Sendable {
    private let textOffset: Int64
    private let textByteCount: Int64
    private var hasStarted = false

    /// A content that has not begun.
    ///
    /// - Parameters:
    ///   - byteCount: its size in bytes.
    ///   - textOffset: where its text begins.
    init(byteCount: Int64, textOffset: Int64) {
        self.textOffset = textOffset
        textByteCount = byteCount - textOffset
    }

    /// What happens when so many bytes of the content have been handed over; nothing where there is no text.
    mutating func progressed(to sentByteCount: Int64) -> [SMTPEvent] {
        guard textByteCount > 0 else { return [] }
        var events: [SMTPEvent] = []
        if !hasStarted {
            hasStarted = true
            events.append(.startTransfer(direction: .client))
        }
        let count = min(sentByteCount - textOffset, textByteCount)
        guard count > 0 else { return events }
        let percent = Int(count * 100 / textByteCount)
        events.append(.transfer(direction: .client, bytesTransferred: count, percentDone: percent))
        if count == textByteCount { events.append(.endTransfer(direction: .client)) }
        return events
    }
}
