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
        let decisions = reportDesk.decide(
            on: verdict.results,
            of: ReportSubject(message.claimed, expiry: rules.expiry(of: message.ruleFacts)),
            now: now,
            running: clock.now
        )
        for decision in decisions {
            log.report(decision.report, isWithheld: decision.isWithheld)
            metrics.reported(decision.report.kind, isWithheld: decision.isWithheld)
        }
        message.reports += decisions.filter { !$0.isWithheld }.map(\.report)
        var verdict = verdict
        verdict.resolution = verdict.resolution.adding(decisions.map(\.record))
        resolve(message, as: verdict)
    }
}
