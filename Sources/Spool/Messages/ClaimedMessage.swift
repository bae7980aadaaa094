// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
package import Synchronization

/// A message that this process has claimed, `.sending`, or holds to give it up: read, checked, ready for what is next.
package final class ClaimedMessage: Sendable {
    /// Its name.
    package let stem: MessageStem
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
    /// The message as it goes on the wire.
    package let content: MessageContent
    /// How many servers it has passed, after its Received fields.
    package let receivedCount: Int
    /// When it was queued: the time of the file, or of the first attempt when that is earlier.
    package let queuedAt: Timestamp
    /// The date that was given to a message without one.
    let givenDate: Timestamp?
    let hasJournal: Bool
    /// How many operations of its resolution have been performed.
    let performedCount = Atomic(0)
    /// How many reports on it have been written: a repeated resolution writes none a second time, also when it is sent already.
    package let reportCount = Atomic(0)

    init(
        stem: MessageStem,
        queued: QueuedMessage,
        receivedCount: Int,
        content: MessageContent,
        hasJournal: Bool,
        queuedAt: Timestamp,
        givenDate: Timestamp?
    ) {
        self.stem = stem
        envelope = queued.envelope
        options = queued.options
        history = queued.history
        openRecipients = queued.openRecipients
        dueRecipients = queued.dueRecipients
        self.receivedCount = receivedCount
        self.content = content
        self.givenDate = givenDate
        self.hasJournal = hasJournal
        self.queuedAt = queuedAt
    }
}
