// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Notices when there has been no mail at all for so long that a daemon which mail starts may end (ExitWhenIdle).
///
/// Pure. Mail that waits for a later attempt is mail: whoever ends before it is settled would be started again at once, or
/// too late.
package struct IdleMachine: Sendable {
    private var emptySince: ContinuousClock.Instant?

    /// Begins with a queue of which nothing is known yet.
    package init() {}

    /// The queue was looked at.
    ///
    /// - Returns: whether it has been empty for `limit`; the time then begins anew. Never without a limit.
    package mutating func isOver(isEmpty: Bool, limit: Duration?, now: ContinuousClock.Instant) -> Bool {
        guard isEmpty, let limit else {
            emptySince = nil
            return false
        }
        guard let since = emptySince, now - since >= limit else {
            emptySince = emptySince ?? now
            return false
        }
        emptySince = nil
        return true
    }
}
