// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import SMTPProtocol

/// How a message of a ``Dialogue`` must end.
package struct DialogueExpectation: Sendable, Hashable {
    /// How one recipient must end; a code or status that is nil may be anything.
    package struct Recipient: Sendable, Hashable {
        package let verdict: RecipientOutcome.Verdict
        package let code: Int?
        package let status: EnhancedStatus?
    }

    /// The recipients, when each must have an answer.
    package var recipients: [Recipient] = []
    /// The place of the recipient whose refusal must stop the transaction.
    package var stopper: Int?
    /// The fault of the relay, when nobody may have one.
    package var relayFault: RelayFault.Kind?
    /// The fault of the relay, when it came after the final dot; `recipients` says what is known.
    package var unconfirmed: RelayFault.Kind?

    package init() {}

    /// Says what is wrong with an outcome; nil when it is the expected one.
    package func mismatch(with outcome: TransactionOutcome) -> String? {
        switch outcome {
        case .settled(let outcomes) where relayFault == nil && unconfirmed == nil && stopper == nil:
            return mismatch(with: outcomes)
        case .stopped(let recipient, let outcome) where recipient == stopper:
            return mismatch(with: [outcome])
        case .relayFault(let fault) where fault.kind == relayFault:
            return nil
        case .unconfirmed(let outcomes, let fault) where fault.kind == unconfirmed:
            let unmarked = zip(outcomes, recipients).contains {
                $0.isUnconfirmed != ($1.verdict == .deferred && $1.code == nil)
            }
            return unmarked ? "unconfirmed recipients are not marked: \(outcomes)" : mismatch(with: outcomes)
        default:
            return "ended in \(outcome), expected \(self)"
        }
    }

    private func mismatch(with outcomes: [RecipientOutcome]) -> String? {
        guard outcomes.count == recipients.count else {
            return "\(outcomes.count) outcomes for \(recipients.count) expected recipients: \(outcomes)"
        }
        for (outcome, expected) in zip(outcomes, recipients) {
            let isSame =
                outcome.verdict == expected.verdict
                && (expected.code == nil || outcome.code == expected.code)
                && (expected.status == nil || outcome.status == expected.status)
            if !isSame { return "outcome \(outcome), expected \(expected)" }
        }
        return nil
    }
}
