// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How long a stop may take: the grace time for transactions in flight, and after it as long as less is left each time.
///
/// Pure. A stop that makes no progress any more asks for no more time, so that the service manager ends it.
package struct StopMachine: Sendable {
    /// What to do about the time.
    package enum Action: Equatable, Sendable {
        /// The grace time is over: the transactions in flight are abandoned.
        case abandonTransactions
        /// Tell the service manager that the stop goes on.
        case askForTime(Duration)
    }

    /// What is asked for at each tick, which comes once a second.
    private static let oneRequest = Duration.seconds(5)

    private let graceEnd: ContinuousClock.Instant
    private var fewest = Int.max

    /// A stop that begins now.
    package init(grace: Duration, now: ContinuousClock.Instant) {
        graceEnd = now + grace
    }

    /// A second has passed, and so many messages and connections are not settled yet.
    package mutating func tick(remaining: Int, now: ContinuousClock.Instant) -> [Action] {
        let isLess = remaining < fewest
        fewest = min(fewest, remaining)
        if now < graceEnd { return [.askForTime(Self.oneRequest)] }
        return isLess ? [.abandonTransactions, .askForTime(Self.oneRequest)] : [.abandonTransactions]
    }
}
