// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPSink
internal import Spool

/// The envelope of `sendmail -bs`: what MAIL and RCPT say, as a queue file takes it.
///
/// Pure.
enum SubmissionEnvelope {
    /// The reply that refuses a path; nil takes it.
    static func refusal(of address: SinkAddress, as role: SinkAddress.Role) -> String? {
        do throws(EnvelopeError) {
            switch role {
            case .sender: _ = try sender(address)
            case .recipient: _ = try recipient(address)
            }
            return nil
        } catch {
            let text = PrintableText(error.summary, limitBytes: 400)
            switch (error.code, role) {
            case (.parameter, _): return "501 5.5.4 \(text)"
            case (_, .sender): return "553 5.1.7 \(text)"
            case (_, .recipient): return "553 5.1.3 \(text)"
            }
        }
    }

    /// The envelope block for a message.
    static func block(for envelope: SinkEnvelope) throws(SpoolError) -> QueueFileEnvelope {
        do throws(EnvelopeError) {
            return QueueFileEnvelope(
                sender: try sender(envelope.sender),
                recipients: try envelope.recipients.map { address throws(EnvelopeError) in
                    try recipient(address)
                }
            )
        } catch {
            throw SpoolError(.malformed, error.summary)
        }
    }

    /// The size that the client has announced is no part of the envelope, and the body is looked at when it is sent.
    private static func sender(_ address: SinkAddress) throws(EnvelopeError) -> EnvelopeSender {
        let parameters = address.parameters.filter {
            !["SIZE", "BODY"].contains($0.prefix { $0 != "=" }.uppercased())
        }
        return try EnvelopeSender(
            parsing: ([address.path] + parameters).joined(separator: " "),
            domainIfMissing: LocalAddressRules.hostDomain
        )
    }

    private static func recipient(_ address: SinkAddress) throws(EnvelopeError) -> EnvelopeRecipient {
        try EnvelopeRecipient(parsing: address.argument, domainIfMissing: LocalAddressRules.hostDomain)
    }
}
