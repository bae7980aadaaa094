// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import SMTPProtocol
package import Spool

/// Decides what becomes of a message after an attempt: the rules of delivery.md in one place.
///
/// Pure.
///
/// | recipients after the attempt | the message |
/// |---|---|
/// | none was answered, the relay was at fault | untouched, no attempt counts |
/// | some were answered, none deferred, and a relay was at fault for others | these answers are recorded, no attempt counts |
/// | some were deferred, and a relay was at fault for others | an attempt; those who were not answered are still due |
/// | all delivered, none failed ever | delivered |
/// | all final, at least one failed | failed |
/// | one or more deferred | queued again for a later time |
/// | one or more deferred, and the message is too old | these have failed |
/// | all final, and others wait for their time | queued again for that time |
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
        package var resolution: Resolution
        /// The results with the outcome of each answered recipient as it stands after the rules: a deferral of an expired message
        /// is a failure.
        package let results: [AttemptResult]
        /// The next attempt for the deferred.
        package var nextAttempt: Timestamp?
        /// Whether some recipients are still due, for nobody answered them.
        package var isStillDue = false
    }

    /// The verdict on one attempt: the results of each group of recipients.
    package func verdict(
        on results: [AttemptResult],
        of message: MessageFacts,
        now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) -> Verdict {
        let answered = results.filter { !$0.answers.isEmpty }
        guard !answered.isEmpty else {
            return Verdict(resolution: .untouched, results: [], isStillDue: true)
        }
        let isStillDue = answered.reduce(0) { $0 + $1.answers.count } < message.dueCount
        if isStillDue, !answered.contains(where: { $0.has(.deferred) }) {
            let lines = answered.flatMap(\.answers).map(\.record)
            return Verdict(resolution: .retry(lines: lines), results: answered, isStillDue: true)
        }
        let number = message.attempts + 1
        let isGivenUp = isExpired(message, attempts: number, now: now)
        let hours = message.age(at: now).components.seconds / 3600
        let final = isGivenUp ? answered.map { $0.givenUp("after \(hours) h") } : answered
        var lines = final.flatMap { [$0.attemptRecord(number: number)] + $0.answers.map(\.record) }
        if final.contains(where: { $0.has(.deferred) }) {
            let expiry = expiry(of: message)
            let scheduled = retry.nextAttempt(afterFailedAttempts: number, now: now, using: &generator)
            // A last attempt is made when the time is up, not silently left out.
            let next = scheduled > expiry && expiry > now ? expiry : scheduled
            lines.append(.retry(number: number, next: next))
            return Verdict(
                resolution: .retry(lines: lines),
                results: final,
                nextAttempt: next,
                isStillDue: isStillDue
            )
        }
        if isStillDue || message.laterAttempt != nil {
            return Verdict(
                resolution: .retry(lines: lines),
                results: final,
                nextAttempt: message.laterAttempt,
                isStillDue: isStillDue
            )
        }
        if message.hasFailedRecipient || final.contains(where: { $0.has(.failed) }) {
            return Verdict(resolution: .failed(lines: lines), results: final)
        }
        return Verdict(resolution: .delivered(lines: lines, keep: keepQueue), results: final)
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
            return Verdict(resolution: resolution, results: [])
        }
        guard let outcome = refusal(of: message, now: now) else { return nil }
        var result = AttemptResult.withoutRelay
        result.add(recipients.map { _ in outcome }, for: recipients)
        return Verdict(resolution: .failed(lines: result.answers.map(\.record)), results: [result])
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
