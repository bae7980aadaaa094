// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// A message that this process has claimed: `.sending`, read, checked, ready to be delivered.
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
    /// The message as it goes on the wire.
    package let content: MessageContent
    /// How many servers it has passed, after its Received fields.
    package let receivedCount: Int
    /// When it was queued: the time of the file, or of the first attempt when that is earlier.
    package let queuedAt: Timestamp
    /// The date that was given to a message without one.
    let givenDate: Timestamp?
    let hasJournal: Bool

    init(
        stem: MessageStem,
        parsed: ParsedQueueFile,
        content: MessageContent,
        history: MessageHistory,
        hasJournal: Bool,
        queuedAt: Timestamp,
        givenDate: Timestamp?
    ) {
        self.stem = stem
        envelope = parsed.envelope
        options = parsed.options
        receivedCount = parsed.receivedCount
        self.content = content
        self.givenDate = givenDate
        self.history = history
        self.hasJournal = hasJournal
        self.queuedAt = queuedAt
        openRecipients = parsed.envelope.recipients.filter { !history.isFinal($0.address) }
    }
}
