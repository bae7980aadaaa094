// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol
internal import Spool

/// What becomes of a queue file after its one attempt: there is no second one.
///
/// | the transaction | the file |
/// |---|---|
/// | every recipient accepted | deleted, or `.sent` with KeepQueue |
/// | a recipient refused, for now or for good | `.failed`; who has it is recorded |
/// | the connection failed | `.failed` |
struct QueueResolution: Sendable {
    /// What happens to the file.
    let resolution: Resolution

    /// The end of an attempt.
    ///
    /// - Parameters:
    ///   - outcome: what the transaction has brought.
    ///   - message: the message, with the recipients of the transaction.
    ///   - server: how the journal names the server.
    ///   - session: the connection that it was tried over.
    ///   - keepQueue: whether delivered messages are kept.
    init(
        _ outcome: TransactionOutcome,
        of message: ClaimedMessage,
        server: String,
        over session: EngineSession,
        keepQueue: Bool
    ) {
        let attempt = JournalRecord.attempt(
            number: message.history.attempts + 1,
            relay: server,
            peer: session.peer,
            tls: session.tlsVersion
        )
        switch outcome {
        case .settled(let outcomes):
            let lines = [attempt] + Self.lines(outcomes, message.openRecipients)
            let isDelivered =
                outcomes.allSatisfy { $0.verdict == .delivered } && !message.history.hasFailedRecipient
            resolution = isDelivered ? .delivered(lines: lines, keep: keepQueue) : .failed(lines: lines)
        case .unconfirmed(let outcomes, let fault):
            let lines = Self.lines(outcomes, message.openRecipients)
            resolution = .failed(lines: [attempt] + lines + [.problem(fault.text)])
        case .stopped(_, let refusal):
            resolution = .failed(lines: [attempt, .problem(refusal.reply)])
        case .relayFault(let fault):
            resolution = .failed(lines: [attempt, .problem(fault.text)])
        case .contentFailed(let reason):
            resolution = .failed(lines: [attempt, .problem(reason)])
        }
    }

    private static func lines(
        _ outcomes: [RecipientOutcome],
        _ recipients: [EnvelopeRecipient]
    ) -> [JournalRecord] {
        zip(outcomes, recipients).map { outcome, recipient in
            .recipient(
                JournalRecord.RecipientLine(
                    address: recipient.address.description,
                    outcome: RecipientState(rawValue: outcome.verdict.rawValue) ?? .deferred,
                    code: outcome.code,
                    status: outcome.status?.description,
                    reply: outcome.reply,
                    isUnconfirmed: outcome.isUnconfirmed
                )
            )
        }
    }
}
