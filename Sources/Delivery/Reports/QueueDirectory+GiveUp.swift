// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol
package import Spool

extension QueueDirectory {
    /// Gives a queued or held message up for a person: the report to its sender first, then the change of its state.
    ///
    /// Repeated after a crash it makes no second report.
    ///
    /// - Parameters:
    ///   - stem: the message.
    ///   - desk: decides on the report.
    /// - Throws: ``SpoolError``. The message is queued or held then, as before; a report may be in the queue.
    package func giveUp(_ stem: MessageStem, reporting desk: inout ReportDesk) throws(SpoolError) {
        try giveUp(stem) { message throws(SpoolError) in
            let now = Timestamp.now()
            let result = AttemptResult.surrender(of: message)
            let decisions = desk.decide(
                on: [result],
                of: ReportSubject(message, expiry: now),
                now: now,
                running: .now
            )
            let reports = decisions.filter { !$0.isWithheld }.map(\.report)
            try ReportWriter(self).write(reports, on: message)
            return result.answers.map(\.record) + decisions.map(\.record)
        }
    }
}

extension AttemptResult {
    /// What becomes of those who have not got a message when a person gives it up: they fail with what was last said of them.
    fileprivate static func surrender(of message: ClaimedMessage) -> Self {
        var result = Self.withoutRelay
        let outcomes = message.openRecipients.map { recipient in
            let last = message.history.recipients[recipient.address.description]
            return RecipientOutcome(
                verdict: .deferred,
                code: last?.code,
                status: last?.status.flatMap { EnhancedStatus(parsing: $0) },
                reply: last?.reply ?? "not delivered so far",
                isUnconfirmed: last?.isUnconfirmed ?? false
            )
        }
        result.add(outcomes, for: message.openRecipients)
        return result.givenUp("by an administrator")
    }
}
