// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPProtocol

/// A command outside of a transaction that was asked for and has no reply yet.
struct RunningCommand {
    /// Tells it from what came before and after it on the same connection.
    let serial: Int
    /// Who waits for the reply.
    let waiter: CheckedContinuation<Result<Reply, RelayFault>, Never>
}
