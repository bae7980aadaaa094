// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
package import Spool

/// Which reports are made and which are not: the rules, and the limit for each sender.
///
/// Pure. It knows what it was asked before: one for all messages of a process.
package struct ReportDesk: Sendable {
    /// A report that the rules call for.
    package struct Decision: Sendable {
        /// The report.
        package let report: DeliveryReport
        /// Whether it is not made, for its recipient has had too many within the hour.
        package let isWithheld: Bool

        /// The line for the journal of the message.
        package var record: JournalRecord { report.record(isWithheld: isWithheld) }
    }

    /// How reports are made; nil when none are.
    package var policy: ReportPolicy?
    private var limits = ReportLimitTable()

    /// A desk that was asked nothing so far.
    package init(_ policy: ReportPolicy?) { self.policy = policy }

    /// What the results of a message call for.
    ///
    /// - Parameters:
    ///   - results: the results, as they stand after the rules of delivery.
    ///   - subject: the message.
    ///   - now: the time.
    ///   - running: the time by the clock that only measures what passes.
    /// - Returns: the reports, in the order of the results.
    package mutating func decide(
        on results: [AttemptResult],
        of subject: ReportSubject,
        now: Timestamp,
        running: ContinuousClock.Instant
    ) -> [Decision] {
        guard let policy else { return [] }
        let rules = ReportRules(policy)
        return results.flatMap { result in
            rules.reports(on: result.answers, of: subject, by: result.reporting, now: now)
        }.map { report in
            let isAdmitted = limits.admits(report.recipient, limit: policy.limitPerHour, now: running)
            return Decision(report: report, isWithheld: !isAdmitted)
        }
    }
}
