// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPProtocol

/// What the end of a transaction means for the method that began it.
struct TransactionVerdict: Sendable {
    /// The error to raise; nil for a success.
    private(set) var error: SMTPError?
    /// The refusals that do not end the delivery, for the event Error.
    private(set) var notes: [SMTPError] = []

    /// The verdict.
    ///
    /// - Parameters:
    ///   - outcome: what the transaction has brought.
    ///   - recipients: the addresses, in the order of the transaction.
    ///   - stops: for each recipient, whether its refusal fails the method.
    init(_ outcome: TransactionOutcome, recipients: [String], stops: [Bool]) {
        switch outcome {
        case .settled(let outcomes):
            let refusals = zip(zip(outcomes, recipients), stops).filter { $0.0.0.verdict != .delivered }
            notes = refusals.filter { !$0.1 }.map { SMTPError($0.0.0, of: $0.0.1) }
            error = refusals.first { $0.1 }.map { SMTPError($0.0.0, of: $0.0.1) }
            // Nobody has it.
            if refusals.count == outcomes.count { error = error ?? notes.first }
        case .stopped(let index, let refusal):
            error = SMTPError(refusal, of: recipients.indices.contains(index) ? recipients[index] : nil)
        case .relayFault(let fault), .unconfirmed(_, let fault):
            error = SMTPError(fault)
        case .contentFailed(let reason):
            error = SMTPError(.queueFile, reason)
        }
    }
}
