// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How many messages are claimed for a relay ahead of its connections.
///
/// Pure.
///
/// The more a relay takes in a second, the more are claimed together, so that they share a sync of the directory. A relay
/// that is slow has few ahead: these are `.sending` while they wait, and an urgent message cannot overtake them.
package struct ClaimAheadMachine {
    /// Most messages ahead; each keeps a file open.
    package static let limit = 128
    /// The longest that a message is to wait ahead.
    package static let longestWait = Duration.milliseconds(100)

    /// Messages ahead now.
    package private(set) var count: Int
    private let floor: Int
    private var lowered: ContinuousClock.Instant?

    /// Twice as many as there may be connections, at first and at least.
    package init(connections: Int) {
        floor = min(Self.limit, 2 * max(1, connections))
        count = floor
    }

    /// Whether so few are left that it is worth to claim more.
    package func isLow(_ ahead: Int) -> Bool { ahead * 2 <= count }

    /// Connections waited, though there was more to claim.
    package mutating func starved() { count = min(Self.limit, count * 2) }

    /// A message that was ready at `since` got its connection now.
    ///
    /// Those that were claimed together count once.
    package mutating func waited(since: ContinuousClock.Instant, now: ContinuousClock.Instant) {
        guard now - since > Self.longestWait, lowered.map({ since > $0 }) ?? true else { return }
        count = max(floor, count / 2)
        lowered = now
    }
}
