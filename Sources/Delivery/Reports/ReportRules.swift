// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import SMTPProtocol
internal import Spool

/// Decides which reports the answers of an attempt call for.
///
/// Pure.
///
/// | answer | told to the sender |
/// |---|---|
/// | failed | unless NOTIFY leaves FAILURE out |
/// | deferred | once for each message, with DELAY in NOTIFY, when the message is old enough |
/// | delivered | with SUCCESS in NOTIFY, by a relay without DSN; one with it has the duty itself |
/// | any | never with the null sender, never with NOTIFY=NEVER |
///
/// - SeeAlso: RFC 3461 §4.1, §5.2.2, §5.2.5, §5.2.6; RFC 8689 §5
package struct ReportRules: Sendable {
    private let policy: ReportPolicy

    /// Rules for a policy.
    package init(_ policy: ReportPolicy) { self.policy = policy }

    /// The reports, at most one of each kind.
    ///
    /// - Parameters:
    ///   - answers: the answers, as they stand after the rules of delivery.
    ///   - subject: the message.
    ///   - relay: who gave those answers that are replies; nil for a message that was not tried.
    ///   - now: the time.
    /// - Returns: what is to be written, in the order of ``ReportKind``.
    package func reports(
        on answers: [AttemptResult.Answer],
        of subject: ReportSubject,
        by relay: ReportingRelay?,
        now: Timestamp
    ) -> [DeliveryReport] {
        guard let recipient = subject.sender.path.address else { return [] }
        return ReportKind.allCases.compactMap { kind in
            let told = answers.filter { answer in
                self.kind(of: answer, of: subject, by: relay, now: now) == kind
                    && ReportKind.wanted(for: answer.recipient).contains(kind)
            }
            guard !told.isEmpty else { return nil }
            return DeliveryReport(
                kind: kind,
                policy: policy,
                subject: subject,
                recipient: recipient,
                answers: told,
                relayHost: relay?.host,
                created: now
            )
        }
    }

    /// What there is to tell about an answer, to those who want to hear it.
    private func kind(
        of answer: AttemptResult.Answer,
        of subject: ReportSubject,
        by relay: ReportingRelay?,
        now: Timestamp
    ) -> ReportKind? {
        switch answer.outcome.verdict {
        case .failed: .failed
        case .deferred:
            subject.wasReportedLate || now < subject.queuedAt.adding(policy.delayAfter) ? nil : .delayed
        case .delivered: relay?.offersDSN ?? true ? nil : .relayed
        }
    }
}
