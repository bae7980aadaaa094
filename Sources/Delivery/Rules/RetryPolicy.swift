// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// When a deferred message is tried again, and when it is given up.
///
/// | attempt that failed | next one after (standard policy, ± 20 %) |
/// |---|---|
/// | 1 | 1 min |
/// | 2 | 5 min |
/// | 3 | 15 min |
/// | 4 | 1 h |
/// | 5 | 2 h |
/// | 6 and later | 4 h |
package struct RetryPolicy: Hashable, Sendable {
    /// Waiting times by number of failed attempts; the last one repeats.
    ///
    /// Never empty.
    package let intervals: [Duration]
    /// Largest deviation from an interval, as a share of it: 0.2 means ± 20 %.
    package let jitter: Double
    /// Age at which a message that is still undelivered is given up (MaxAge).
    package let maxAge: Duration

    /// The schedule of the documentation: 1 min, 5 min, 15 min, 1 h, 2 h, then every 4 h; given up after five days.
    package static let standard = RetryPolicy(
        intervals: [
            .seconds(60), .seconds(300), .seconds(900), .seconds(3600), .seconds(7200), .seconds(14400),
        ],
        jitter: 0.2,
        maxAge: .seconds(5 * 86400)
    )

    /// A policy.
    ///
    /// An empty list of intervals means the standard one; jitter is held between 0 and 1.
    package init(intervals: [Duration], jitter: Double, maxAge: Duration) {
        self.intervals = intervals.isEmpty ? Self.standard.intervals : intervals
        self.jitter = min(max(jitter, 0), 1)
        self.maxAge = maxAge
    }

    /// The time of the next attempt after `failedAttempts` attempts, the last of which ended at `now`.
    package func nextAttempt(
        afterFailedAttempts failedAttempts: Int,
        now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) -> Timestamp {
        let step = intervals[min(max(failedAttempts, 1), intervals.count) - 1]
        let factor = jitter > 0 ? Double.random(in: (1 - jitter)...(1 + jitter), using: &generator) : 1
        return now.adding(step * factor)
    }
}

extension RetryPolicy {
    /// How many attempts the schedule makes before MaxAge, with every interval at its longest; 100 at most.
    package var attemptsWithinMaxAge: Int {
        var elapsed = Duration.zero
        var attempts = 1
        while attempts < 100 {
            elapsed += intervals[min(attempts, intervals.count) - 1] * (1 + jitter)
            if elapsed >= maxAge { break }
            attempts += 1
        }
        return attempts
    }
}
