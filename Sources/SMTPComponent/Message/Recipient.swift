// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// One entry of the four arrays MessageRecipient….
struct Recipient: Hashable, Sendable {
    var address = ""
    var name = ""
    var options = ""
    var type = SMTP.RecipientType.to

    /// The entry as it stands in an address list: `"Name" <a@b.example>` or `a@b.example`.
    var listed: String {
        guard !name.isEmpty else { return address }
        return "\(CharacterRules.quoted(name)) <\(address)>"
    }

    /// The entry with its address checked.
    func mailbox() throws(SMTPError) -> Mailbox {
        do throws(AddressError) {
            return Mailbox(displayName: name.isEmpty ? nil : name, address: try MailAddress(address))
        } catch {
            throw SMTPError(.invalidAddress, error.summary)
        }
    }

    /// The entry for RCPT, its options checked.
    func envelopeRecipient() throws(SMTPError) -> EnvelopeRecipient {
        let address = try mailbox().address
        do throws(EnvelopeError) {
            return try EnvelopeRecipient(parsing: "<\(address)> \(RecipientOptions.normalized(options))")
        } catch {
            throw SMTPError(.invalidValue, error.summary)
        }
    }
}
