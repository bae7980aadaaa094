// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// One message for some recipients, to be offered to one relay.
package struct MailTransaction: Hashable, Sendable {
    /// The sender and its parameters.
    package var sender: EnvelopeSender
    /// The recipients still open, each with its parameters.
    package var recipients: [EnvelopeRecipient]
    /// What is known of the content.
    package var content: ContentFacts
    /// The command it begins with.
    package var verb: MailVerb
    /// Which refused recipients stop it.
    package var refusalPolicy: RefusalPolicy

    /// A transaction.
    package init(
        sender: EnvelopeSender,
        recipients: [EnvelopeRecipient],
        content: ContentFacts,
        verb: MailVerb = .mail,
        refusalPolicy: RefusalPolicy = .goOn
    ) {
        self.sender = sender
        self.recipients = recipients
        self.content = content
        self.verb = verb
        self.refusalPolicy = refusalPolicy
    }
}
