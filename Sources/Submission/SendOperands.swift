// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import ProgramOutput

/// The arguments of `smtpq send` that are no options: recipients, and the file with the message.
///
/// Pure.
///
/// What contains an `@` is a recipient, anything else is the file; `-` is standard input.
package struct SendOperands: Hashable {
    /// The recipients, in their order.
    package let recipients: [EnvelopeRecipient]
    /// The file; nil when none is named.
    package let file: String?

    /// Sorts the arguments.
    package init(_ arguments: [String]) throws(CommandFailure) {
        var recipients: [EnvelopeRecipient] = []
        var files: [String] = []
        for argument in arguments {
            if argument.contains("@") {
                recipients += try Self.recipients(argument)
            } else {
                files.append(argument)
            }
        }
        guard files.count <= 1 else {
            let names = files.prefix(2).map { "\"\(PrintableText($0, limitBytes: 60))\"" }.joined(
                separator: " and "
            )
            throw CommandFailure("\(names) have no @, so they are files, and only one is possible", .usage)
        }
        self.recipients = recipients
        file = files.first
    }

    /// An address with or without parameters, or else a list as a mail program would take it.
    private static func recipients(_ argument: String) throws(CommandFailure) -> [EnvelopeRecipient] {
        do throws(EnvelopeError) {
            return [try EnvelopeRecipient(parsing: argument)]
        } catch {
            guard let mailboxes = try? MailboxesArgument.mailboxes(argument, of: "recipient"),
                let listed = try? mailboxes.map({ mailbox throws(EnvelopeError) in
                    try EnvelopeRecipient(address: mailbox.address)
                })
            else { throw CommandFailure("recipient: \(error.summary)", .badData) }
            return listed
        }
    }
}
