// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import SMTPProtocol
package import Spool

/// Decides what becomes of a message after an attempt: the rules of delivery.md in one place.
///
/// Pure.
///
/// | open recipients after the attempt | the message |
/// |---|---|
/// | none was answered, the relay was at fault | untouched, no attempt counts |
/// | some were answered, then the relay was at fault | their answers are recorded, no attempt counts |
/// | all delivered, none failed ever | delivered |
/// | all final, at least one failed | failed |
/// | one or more deferred | queued again for a later time |
/// | one or more deferred, and the message is too old | failed |
package struct ResolutionRules: Sendable {
    /// The retry schedule.
    package let retry: RetryPolicy
    /// Whether delivered messages are kept with a receipt.
    package let keepQueue: Bool
    /// Most Received fields of a message; one with more is taken for a loop.
    package let receivedLimit: Int

    /// How long after `Queue-Expires` a message may still have its last attempt, which is due at that moment.
    private static let expiryGrace = Duration.seconds(60)

    /// Rules for one configuration.
    package init(retry: RetryPolicy, keepQueue: Bool, receivedLimit: Int = 50) {
        self.retry = retry
        self.keepQueue = keepQueue
        self.receivedLimit = receivedLimit
    }

    /// What to do, and what to tell about each recipient.
    package struct Verdict: Sendable {
        /// What becomes of the file.
        package let resolution: Resolution
        /// The outcome of each answered recipient, as it stands after the rules: a deferral of an expired message is a failure.
        package let outcomes: [AttemptResult.Answer]
        /// The next attempt of a deferred message.
        package let nextAttempt: Timestamp?
    }

    /// The verdict on one attempt.
    package func verdict(
        on result: AttemptResult,
        of message: MessageFacts,
        now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) -> Verdict {
        guard !result.answers.isEmpty else {
            return Verdict(resolution: .untouched, outcomes: [], nextAttempt: nil)
        }
        guard result.answers.count == message.openRecipientCount else {
            let lines = result.answers.map(\.record)
            return Verdict(resolution: .retry(lines: lines), outcomes: result.answers, nextAttempt: nil)
        }
        let number = message.attempts + 1
        let isGivenUp = isExpired(message, attempts: number, now: now)
        let answers =
            isGivenUp ? result.answers.map { $0.givenUp(after: message.age(at: now)) } : result.answers
        let verdicts = Set(answers.map(\.outcome.verdict))
        let lines = [result.attemptRecord(number: number)] + answers.map(\.record)
        if verdicts.contains(.deferred) {
            let expiry = expiry(of: message)
            let scheduled = retry.nextAttempt(afterFailedAttempts: number, now: now, using: &generator)
            // A last attempt is made when the time is up, not silently left out.
            let next = scheduled > expiry && expiry > now ? expiry : scheduled
            return Verdict(
                resolution: .retry(lines: lines + [.retry(number: number, next: next)]),
                outcomes: answers,
                nextAttempt: next
            )
        }
        if verdicts.contains(.failed) || message.hasFailedRecipient {
            return Verdict(resolution: .failed(lines: lines), outcomes: answers, nextAttempt: nil)
        }
        return Verdict(
            resolution: .delivered(lines: lines, keep: keepQueue),
            outcomes: answers,
            nextAttempt: nil
        )
    }

    /// The verdict on a message that is not to be tried, found when it was claimed; nil when it is.
    package func verdictWithoutAttempt(
        on message: MessageFacts,
        open recipients: [EnvelopeRecipient],
        now: Timestamp
    ) -> Verdict? {
        if recipients.isEmpty {
            let resolution: Resolution =
                message.hasFailedRecipient ? .failed(lines: []) : .delivered(lines: [], keep: keepQueue)
            return Verdict(resolution: resolution, outcomes: [], nextAttempt: nil)
        }
        guard let outcome = refusal(of: message, now: now) else { return nil }
        let answers = recipients.map { AttemptResult.Answer(recipient: $0, outcome: outcome) }
        return Verdict(
            resolution: .failed(lines: answers.map(\.record)),
            outcomes: answers,
            nextAttempt: nil
        )
    }

    /// Why a message is given up without an attempt: it runs in circles, or the time that its sender has set is over.
    private func refusal(of message: MessageFacts, now: Timestamp) -> RecipientOutcome? {
        if message.receivedCount > receivedLimit {
            return RecipientOutcome(
                verdict: .failed,
                code: 554,
                status: EnhancedStatus(class: .permanentFailure, subject: 4, detail: 6),
                reply: "the message has passed \(message.receivedCount) servers: a mail loop"
            )
        }
        if let expires = message.expires, now > expires.adding(Self.expiryGrace) {
            return RecipientOutcome(
                verdict: .failed,
                code: nil,
                status: EnhancedStatus(class: .permanentFailure, subject: 4, detail: 7),
                reply:
                    "the time that its sender has set (Queue-Expires) was over before it could be delivered"
            )
        }
        return nil
    }

    /// When a message is given up that is still undelivered.
    package func expiry(of message: MessageFacts) -> Timestamp {
        let byAge = message.queuedAt.adding(retry.maxAge)
        return message.expires.map { min($0, byAge) } ?? byAge
    }

    /// Whether a deferral now is the last one.
    ///
    /// A step of the clock must not expire mail in a mass: MaxAge counts only once the message had the attempts that the
    /// schedule gives it within MaxAge. A time that the sender set himself (`Queue-Expires`) counts as it is.
    private func isExpired(_ message: MessageFacts, attempts: Int, now: Timestamp) -> Bool {
        if let expires = message.expires, now >= expires { return true }
        return now >= message.queuedAt.adding(retry.maxAge) && attempts >= retry.attemptsWithinMaxAge
    }
}
