// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
package import SMTPProtocol
package import Spool

/// What one attempt on one message, or on a group of its recipients, brought: their answers, and the relay's fault if one cut
/// it short.
package struct AttemptResult: Sendable {
    /// One recipient's answer.
    package struct Answer: Hashable, Sendable {
        /// The recipient.
        package let recipient: EnvelopeRecipient
        /// What the relay said, as an outcome.
        package let outcome: RecipientOutcome

        /// An answer.
        package init(recipient: EnvelopeRecipient, outcome: RecipientOutcome) {
            self.recipient = recipient
            self.outcome = outcome
        }
    }

    /// The relay's name; this host's when none was asked.
    package let relay: String
    /// The peer's address and port.
    package let peer: String?
    /// The TLS version, nil in clear text.
    package let tls: String?
    /// The relay, as far as reports tell of it.
    package var reporting: ReportingRelay?
    /// Answers, in the order of the envelope; fewer than recipients when a fault cut the attempt short.
    package var answers: [Answer] = []
    /// The fault of the relay that ended the attempt.
    package var fault: RelayFault?
    /// How long it took.
    package var duration = Duration.zero
    /// Why the content could not be read to its end.
    package var contentProblem: String?

    /// An attempt that has brought nothing yet.
    package init(relay: String, peer: String?, tls: String?) {
        self.relay = relay
        self.peer = peer
        self.tls = tls
    }

    /// What this host says itself about a message that no relay was asked about.
    static let withoutRelay = Self(relay: "this host", peer: nil, tls: nil)

    /// Adds the outcomes of one transaction, which stand in the order of its recipients.
    package mutating func add(_ outcomes: [RecipientOutcome], for recipients: [EnvelopeRecipient]) {
        for (recipient, outcome) in zip(recipients, outcomes) {
            answers.append(Answer(recipient: recipient, outcome: outcome))
        }
    }

    /// Adds what one transaction has brought; returns whether another one may follow.
    package mutating func add(
        _ outcome: TransactionOutcome,
        for recipients: [EnvelopeRecipient]
    ) -> Bool {
        switch outcome {
        case .settled(let outcomes):
            add(outcomes, for: recipients)
            return true
        case .unconfirmed(let outcomes, let fault):
            add(outcomes, for: recipients)
            self.fault = fault
        case .relayFault(let fault): self.fault = fault
        case .stopped(_, let refusal): contentProblem = refusal.reply
        case .contentFailed(let reason): contentProblem = reason
        }
        return false
    }

    /// Defers each recipient that has no answer yet.
    package mutating func deferRest(of recipients: [EnvelopeRecipient], reason: String) {
        let rest = recipients.dropFirst(answers.count)
        add(
            rest.map { _ in
                RecipientOutcome(
                    verdict: .deferred,
                    code: nil,
                    status: nil,
                    reply: reason,
                    isUnconfirmed: false
                )
            },
            for: Array(rest)
        )
    }

    /// Whether some recipient had this answer.
    package func has(_ verdict: RecipientOutcome.Verdict) -> Bool {
        answers.contains { $0.outcome.verdict == verdict }
    }

    /// This result when the message is given up: a deferral is a failure now, and says why.
    package func givenUp(_ why: String) -> Self {
        var result = self
        result.answers = answers.map { $0.givenUp(why) }
        return result
    }

    /// The journal line of the attempt itself.
    package func attemptRecord(number: Int) -> JournalRecord {
        .attempt(number: number, relay: relay, peer: peer, tls: tls)
    }
}

extension AttemptResult.Answer {
    /// The journal line of this answer.
    package var record: JournalRecord {
        let state = RecipientState(rawValue: outcome.verdict.rawValue) ?? .deferred
        let line = JournalRecord.RecipientLine(
            address: recipient.address.description,
            outcome: state,
            code: outcome.code,
            status: outcome.status?.description,
            reply: outcome.reply,
            isUnconfirmed: outcome.isUnconfirmed
        )
        return .recipient(line)
    }

    fileprivate func givenUp(_ why: String) -> Self {
        guard outcome.verdict == .deferred else { return self }
        return Self(
            recipient: recipient,
            outcome: RecipientOutcome(
                verdict: .failed,
                code: outcome.code,
                status: outcome.status,
                reply: "\(outcome.reply) (given up \(why))",
                isUnconfirmed: outcome.isUnconfirmed,
                isReply: outcome.isReply
            )
        )
    }
}
