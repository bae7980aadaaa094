// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How many connections to one relay are open, and how many more to open.
///
/// Pure.
///
/// The window is the number of connections that the relay is known to bear. It begins at the configured limit, falls to
/// what stands when the relay refuses one more while others work ("421 too many connections"), and grows by one with
/// each pause of ``growthPause`` in which nothing was refused.
package struct ConnectionWindow {
    /// The time without a refusal after which the window grows by one.
    package static let growthPause = Duration.seconds(30)

    /// The configured limit of connections.
    package private(set) var limit: Int
    /// The present window: 1 … limit.
    package private(set) var window: Int
    /// Connections that are being opened.
    package private(set) var opening = 0
    /// Connections that stand, idle or busy.
    package private(set) var standing = 0

    private var growsAt: ContinuousClock.Instant?

    /// A window of the configured limit, at least one connection.
    package init(limit: Int) {
        self.limit = max(1, limit)
        self.window = self.limit
    }

    /// How many connections to open now.
    ///
    /// - Parameters:
    ///   - waitingMessages: messages ready to be sent for which no connection is idle.
    ///   - allowance: what the relay's breaker says.
    /// - Returns: a number, 0 when the window is full.
    package func connectionsToOpen(waitingMessages: Int, allowance: BreakerMachine.Allowance) -> Int {
        let total = opening + standing
        switch allowance {
        case .none:
            return 0
        case .probe:
            return total == 0 && waitingMessages > 0 ? 1 : 0
        case .full:
            return max(0, min(waitingMessages - opening, window - total))
        }
    }

    /// A connection is being opened.
    package mutating func openingStarted() { opening += 1 }

    /// The connection being opened stands.
    package mutating func opened() {
        opening -= 1
        standing += 1
    }

    /// The connection being opened was refused.
    ///
    /// Returns true when others stand, so that the relay as a whole is not at fault.
    package mutating func refused(now: ContinuousClock.Instant) -> Bool {
        opening -= 1
        guard standing > 0 else { return false }
        window = standing
        growsAt = now + Self.growthPause
        return true
    }

    /// A standing connection was closed, by whichever side.
    package mutating func closed() { standing -= 1 }

    /// Grows the window when its pause is over.
    package mutating func grow(now: ContinuousClock.Instant) {
        guard let time = growsAt, now >= time else { return }
        window = min(limit, window + 1)
        growsAt = window < limit ? now + Self.growthPause : nil
    }

    /// Takes a new configured limit; the window begins anew.
    package mutating func setLimit(_ newLimit: Int) {
        limit = max(1, newLimit)
        window = limit
        growsAt = nil
    }
}
