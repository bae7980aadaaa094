// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPProtocol

/// A transaction that was asked for and has no outcome yet.
struct RunningTransaction {
    /// Tells it from those before and after it on the same connection.
    let serial: Int
    /// What is to be sent.
    let content: any ContentSource
    /// Is told how many bytes of the content have been handed over.
    let progress: (@Sendable (Int64) -> Void)?
    /// Who waits for the outcome.
    let waiter: CheckedContinuation<TransactionOutcome, Never>
}
