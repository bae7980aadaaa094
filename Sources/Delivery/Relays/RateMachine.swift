// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DequeModule

/// Keeps to a ``RateLimit`` exactly: in no span of its length are there more messages than it allows.
///
/// Pure. Memory is one time for each message that the limit allows. What was sent before a restart is not known.
package struct RateMachine {
    private let limit: RateLimit
    /// The times of the last messages, as many as the limit allows, oldest first.
    private var times: Deque<ContinuousClock.Instant> = []

    /// Nothing was sent so far.
    package init(_ limit: RateLimit) {
        self.limit = limit
    }

    /// Messages that may be sent now.
    package mutating func allowance(now: ContinuousClock.Instant) -> Int {
        while let first = times.first, now - first >= limit.span { times.removeFirst() }
        return limit.count - times.count
    }

    /// When the next message may be sent, if not now.
    package func next(now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard times.count >= limit.count, let first = times.first else { return nil }
        let time = first + limit.span
        return time > now ? time : nil
    }

    /// A message is being sent.
    package mutating func sent(now: ContinuousClock.Instant) { times.append(now) }
}
