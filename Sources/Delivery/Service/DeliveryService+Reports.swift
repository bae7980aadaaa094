// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool

/// What the service tells: the log at once, the sender before the message leaves `.sending`.
extension DeliveryService {
    /// Carries out a verdict on an attempt, or on a message that was not tried.
    func settle(
        _ message: PreparedMessage,
        by verdict: ResolutionRules.Verdict,
        now: Timestamp
    ) {
        for result in verdict.results {
            let facts = AttemptFacts(message, result, now: now)
            for answer in result.answers { log.outcome(answer.outcome, of: answer.recipient, in: facts) }
            let pool = pools.first { $0.name == result.relay }
            (pool?.metrics ?? metrics.noRelay).answered(result.answers, in: facts)
        }
        var message = message
        var records: [JournalRecord] = []
        for report in reports(on: message, after: verdict.results, now: now) {
            let isAdmitted = reportLimits.admits(
                report.recipient,
                limit: report.policy.limitPerHour,
                now: clock.now
            )
            if isAdmitted { message.reports.append(report) }
            records.append(report.record(isWithheld: !isAdmitted))
            log.report(report, isWithheld: !isAdmitted)
            metrics.reported(report.kind, isWithheld: !isAdmitted)
        }
        resolve(message, as: verdict.adding(records))
    }

    private func reports(
        on message: PreparedMessage,
        after results: [AttemptResult],
        now: Timestamp
    ) -> [DeliveryReport] {
        guard let policy = settings.reports else { return [] }
        let subject = ReportSubject(message.claimed, expiry: rules.expiry(of: message.ruleFacts))
        return results.flatMap { result in
            ReportRules(policy).reports(on: result.answers, of: subject, by: result.reporting, now: now)
        }
    }
}

extension ResolutionRules.Verdict {
    /// The same with further records for the journal.
    fileprivate func adding(_ records: [JournalRecord]) -> Self {
        var verdict = self
        verdict.resolution =
            switch resolution {
            case .delivered(let lines, let keep): .delivered(lines: lines + records, keep: keep)
            case .retry(let lines): .retry(lines: lines + records)
            case .failed(let lines): .failed(lines: lines + records)
            case .untouched: resolution
            }
        return verdict
    }
}
