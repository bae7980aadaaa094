// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// Spreads bytes over time so that no more than so many go out per second.
///
/// Each piece goes out when those before it have had their time, and takes the time of its own size. Pieces are a tenth of a
/// second long: over ten seconds that is one percent. No clock: time comes in.
///
/// | rate 1000 B/s, asked at | bytes | goes out after |
/// |---|---|---|
/// | 0.0 s | 100 | 0.0 s |
/// | 0.0 s | 100 | 0.1 s |
/// | 0.5 s | 100 | 0.0 s, what was not used is not made up for |
struct TransferPacer: Sendable {
    private let bytesPerSecond: Int64
    private var free = NIODeadline.uptimeNanoseconds(0)

    /// A pacer; the rate is at least one byte per second.
    init(bytesPerSecond: Int64) {
        self.bytesPerSecond = max(bytesPerSecond, 1)
    }

    /// The most bytes that should go out in one piece.
    var pieceByteCount: Int64 { max(bytesPerSecond / 10, 1) }

    /// When a piece of this size may go out; its time is taken.
    mutating func admit(byteCount: Int, now: NIODeadline) -> NIODeadline {
        let start = max(free, now)
        let (nanoseconds, isOverflow) = Int64(byteCount).multipliedReportingOverflow(by: 1_000_000_000)
        free = start + .nanoseconds(isOverflow ? .max / 4 : nanoseconds / bytesPerSecond)
        return start
    }
}
