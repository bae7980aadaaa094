// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How a transaction ended.
package enum TransactionOutcome: Hashable, Sendable {
    /// Every recipient has an answer: one for each of the transaction's recipients, in their order.
    case settled([RecipientOutcome])
    /// The recipient at this place was refused, which by the ``RefusalPolicy`` of the transaction stopped it: nobody
    /// gets the message.
    case stopped(recipient: Int, RecipientOutcome)
    /// Nobody has accepted anything: the message is untouched, and no attempt counts.
    case relayFault(RelayFault)
    /// The session broke after the final dot and before its answer: those accepted until then are deferred and
    /// marked ``RecipientOutcome/isUnconfirmed``.
    case unconfirmed([RecipientOutcome], RelayFault)
    /// The content could not be read to its end here: nothing was sent as a complete message.
    case contentFailed(String)
}
