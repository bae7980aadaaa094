// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// A queued message that was read and is not claimed yet: what decides whether it will be.
package struct QueuedMessage: Sendable {
    /// Who it is from and for.
    package let envelope: Envelope
    /// The rest of the envelope block.
    package let options: QueueFileEnvelope
    /// What its journal says.
    package let history: MessageHistory
    /// Recipients without a final answer, in the order of the envelope.
    package let openRecipients: [EnvelopeRecipient]
    /// Those of them whose time has come.
    package let dueRecipients: [EnvelopeRecipient]
}
