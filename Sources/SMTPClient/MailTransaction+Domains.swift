// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol

extension MailTransaction {
    /// The same transaction for a relay without SMTPUTF8: domains beyond ASCII as A-labels where nothing else in the
    /// address needs SMTPUTF8.
    ///
    /// What cannot be written so stays as it is, and is refused by the rules of the session (5.6.7).
    var withASCIIDomains: MailTransaction {
        var changed = self
        if let address = sender.path.address, let ascii = Self.inASCII(address),
            let sender = try? EnvelopeSender(path: .address(ascii), parameters: sender.parameters)
        {
            changed.sender = sender
        }
        changed.recipients = recipients.map { recipient in
            guard let ascii = Self.inASCII(recipient.address),
                let changed = try? EnvelopeRecipient(address: ascii, parameters: recipient.parameters)
            else { return recipient }
            return changed
        }
        return changed
    }

    /// Whether an address of it is beyond ASCII.
    var isInternationalised: Bool {
        !(sender.path.address?.isASCII ?? true) || recipients.contains { !$0.address.isASCII }
    }

    /// The address with an ASCII domain; nil when it needs none, or that would not do.
    private static func inASCII(_ address: MailAddress) -> MailAddress? {
        guard !address.isASCII, address.localPart.utf8.allSatisfy({ $0 < 0x80 }),
            let domain = InternationalDomain.ascii(address.domain)
        else { return nil }
        return try? MailAddress(address.localPart + "@" + domain)
    }
}
