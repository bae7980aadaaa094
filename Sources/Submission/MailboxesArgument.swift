// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import ProgramOutput

/// Mailboxes as a mail program takes them: `Alice <a@example.net>, b@example.org`.
///
/// Pure.
package enum MailboxesArgument {
    /// The mailboxes, one at least.
    ///
    /// - Parameters:
    ///   - text: what the argument is.
    ///   - name: what it stands for, for the error.
    /// - Returns: the mailboxes in their order.
    /// - Throws: ``CommandFailure`` for what is no list, and for controls anywhere in it: in a header a line may be folded, on
    ///   a command line it is an attempt at something else (T5).
    package static func mailboxes(_ text: String, of name: String) throws(CommandFailure) -> [Mailbox] {
        guard !text.unicodeScalars.contains(where: isForbidden) else {
            let shown = PrintableText(text, limitBytes: 120)
            throw CommandFailure("\(name): \"\(shown)\" contains a control character or line break", .badData)
        }
        let mailboxes: [Mailbox]
        do throws(AddressError) {
            mailboxes = try AddressListParser.mailboxes(in: text)
        } catch {
            throw CommandFailure("\(name): \(error.summary)", .badData)
        }
        guard !mailboxes.isEmpty else { throw CommandFailure("\(name): there is no address", .badData) }
        return mailboxes
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
