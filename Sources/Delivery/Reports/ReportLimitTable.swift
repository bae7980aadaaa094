// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DequeModule
package import MailMessage

/// How many reports each sender was sent within the last hour (T21).
///
/// Pure. Memory: at most ``senderLimit`` senders, and for each the moments of its reports within the hour. When
/// that many senders are known, a further one gets no report until some have been quiet for an hour.
package struct ReportLimitTable: Sendable {
    /// Most senders that are counted at one time.
    package static let senderLimit = 10_000

    private static let window = Duration.seconds(3600)

    private var moments: [String: Deque<ContinuousClock.Instant>] = [:]

    /// A table that has counted nothing.
    package init() {}

    /// Whether the sender may be sent one more report; if so it is counted.
    package mutating func admits(
        _ sender: MailAddress,
        limit: Int,
        now: ContinuousClock.Instant
    ) -> Bool {
        let key = sender.localPart + "@" + sender.domain.lowercased()
        var recent = moments[key] ?? []
        while let first = recent.first, now - first >= Self.window { recent.removeFirst() }
        if moments[key] == nil, moments.count >= Self.senderLimit { forgetQuiet(now: now) }
        guard recent.count < limit, moments[key] != nil || moments.count < Self.senderLimit else {
            return false
        }
        recent.append(now)
        moments[key] = recent
        return true
    }

    private mutating func forgetQuiet(now: ContinuousClock.Instant) {
        moments = moments.filter { $0.value.last.map { now - $0 < Self.window } ?? false }
    }
}
