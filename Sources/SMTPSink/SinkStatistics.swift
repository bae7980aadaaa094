// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Synchronization

/// What a sink counts.
///
/// Thread-safe.
package final class SinkStatistics: Sendable {
    private let open = Atomic(0)
    private let peak = Atomic(0)
    private let total = Atomic(0)
    private let messages = Atomic(0)

    /// The connections that are open now.
    package var connectionCount: Int { open.load(ordering: .relaxed) }
    /// The most connections that were open at a time.
    package var peakConnectionCount: Int { peak.load(ordering: .relaxed) }
    /// All connections there have been.
    package var totalConnectionCount: Int { total.load(ordering: .relaxed) }
    /// The messages that were accepted.
    package var messageCount: Int { messages.load(ordering: .relaxed) }

    func connectionOpened() {
        total.add(1, ordering: .relaxed)
        peak.max(open.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
    }

    func connectionClosed() {
        open.subtract(1, ordering: .relaxed)
    }

    func messageAccepted() {
        messages.add(1, ordering: .relaxed)
    }
}
