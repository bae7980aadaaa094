// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import ProgramOutput

/// The sender as people write it: `app@app.example`, `<>`, `<a@b.example> RET=HDRS`, `App <app@app.example>`.
///
/// Pure.
package struct SenderArgument: Hashable {
    /// Where reports go, and the parameters of MAIL FROM.
    package let sender: EnvelopeSender
    /// The sender as the author of a message; nil for the null sender.
    package let author: Mailbox?

    /// Reads it.
    package init(_ text: String) throws(CommandFailure) {
        do throws(EnvelopeError) {
            sender = try EnvelopeSender(parsing: text)
            author = sender.path.address.map { Mailbox(address: $0) }
        } catch {
            // A display name makes it the author too.
            guard let mailboxes = try? MailboxesArgument.mailboxes(text, of: "sender"), mailboxes.count == 1,
                let mailbox = mailboxes.first,
                let named = try? EnvelopeSender(path: .address(mailbox.address))
            else { throw CommandFailure("sender: \(error.summary)", .badData) }
            sender = named
            author = mailbox
        }
    }

    /// Who runs this program, on this host.
    package static func local(user: String, host: String) throws(CommandFailure) -> SenderArgument {
        do throws(CommandFailure) {
            return try SenderArgument("\(user)@\(host)")
        } catch {
            let shown = PrintableText("\(user)@\(host)", limitBytes: 120)
            throw CommandFailure("no sender: name one with -f, \(shown) is no address", .badData)
        }
    }
}
