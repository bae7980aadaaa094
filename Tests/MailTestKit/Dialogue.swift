// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
package import SMTPProtocol

/// A session written down: what is asked of it, what each side says, and how it must end.
///
/// The same file is played against the pure session machine and, over loopback, against the real client. Its format is
/// described in the manual of `SMTPProtocol` ("Dialogues").
package struct Dialogue: Sendable, CustomStringConvertible {
    /// One message the client is asked to send.
    package struct Message: Sendable {
        package let sender: EnvelopeSender
        package var recipients: [EnvelopeRecipient] = []
        package var content: [UInt8] = []
        package var verb = MailVerb.mail
        package var refusalPolicy = RefusalPolicy.goOn
        package var expectation = DialogueExpectation()

        package init(sender: EnvelopeSender) {
            self.sender = sender
        }

        /// The transaction for the session, with the facts scanned from the content.
        package var transaction: MailTransaction {
            var scanner = ContentScanner()
            content.withUnsafeBytes { scanner.scan($0) }
            return MailTransaction(
                sender: sender,
                recipients: recipients,
                content: scanner.finish(),
                verb: verb,
                refusalPolicy: refusalPolicy
            )
        }
    }

    /// A command outside of a transaction, sent before the messages.
    package struct CommandLine: Sendable, Hashable {
        package let command: Command
        /// The code of the reply it must get; nil when it must get none.
        package var code: Int?
    }

    /// The fault a session must end with.
    package struct Fault: Sendable, Hashable {
        package let kind: RelayFault.Kind
        package let code: Int?
    }

    /// The name of the file without its extension.
    package let name: String
    /// Security, login mechanisms, name in EHLO.
    package var settings = SessionSettings(hello: "client.example", security: .none)
    package var user = ""
    package var password = ""
    package var commands: [CommandLine] = []
    package var messages: [Message] = []
    /// How many messages are asked for at a time.
    package var inHand = 1
    /// How the session must fail; nil when it must end in QUIT.
    package var fault: Fault?
    package var steps: [DialogueStep] = []

    package init(name: String) {
        self.name = name
    }

    package var description: String { name }
}
