// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol

/// The part of a report that programs read: `message/delivery-status`, or `message/global-delivery-status`.
///
/// Pure. What a relay said comes in here: it leaves as ASCII without controls, one field, folded (T2, T5). Only
/// addresses may have characters beyond ASCII, in the second form.
///
/// ```
/// Reporting-MTA: dns; app1.example.com
/// Original-Envelope-Id: order-1001
/// Arrival-Date: Tue, 24 Nov 2026 04:10:03 +0000
///
/// Original-Recipient: rfc822;alice@example.net
/// Final-Recipient: rfc822; alice@example.net
/// Action: failed
/// Status: 5.1.1
/// Remote-MTA: dns; smtp.example.com
/// Diagnostic-Code: smtp; 550 5.1.1 no such user
/// Last-Attempt-Date: Tue, 24 Nov 2026 04:10:04 +0000
/// ```
///
/// - SeeAlso: RFC 3464 §2, RFC 6533 §3 and §4
struct StatusPartEncoder {
    /// Longest diagnostic text, in bytes.
    private static let diagnosticLimit = 900
    private static let style = HeaderStyle(lineByteLimit: 76, charset: nil)

    private let report: DeliveryReport

    init(_ report: DeliveryReport) { self.report = report }

    /// The fields, lines ended by CRLF.
    var text: String {
        let blocks = [messageFields] + report.answers.map(fields)
        return blocks.map { $0.map { $0 + "\r\n" }.joined() }.joined(separator: "\r\n")
    }

    private var messageFields: [String] {
        var fields = [field("Reporting-MTA", "dns; " + Self.hostName(report.policy.host))]
        if let id = report.envelopeID { fields.append(field("Original-Envelope-Id", id)) }
        return fields + [field("Arrival-Date", MailDate.format(report.subject.queuedAt))]
    }

    private func fields(_ answer: AttemptResult.Answer) -> [String] {
        let outcome = answer.outcome
        var fields: [String] = []
        if let original = Self.originalRecipient(answer.recipient) {
            fields.append(field("Original-Recipient", original))
        }
        let address = answer.recipient.address
        fields += [
            field("Final-Recipient", (address.isASCII ? "rfc822; " : "utf-8; ") + address.description),
            field("Action", report.kind.rawValue),
            field("Status", status(of: outcome).description),
        ]
        if outcome.isReply, let host = report.relayHost {
            fields.append(field("Remote-MTA", "dns; " + Self.hostName(host)))
        }
        fields += [
            field("Diagnostic-Code", Self.diagnosis(of: outcome)),
            field("Last-Attempt-Date", MailDate.format(report.created)),
        ]
        if report.kind == .delayed {
            fields.append(field("Will-Retry-Until", MailDate.format(report.subject.expiry)))
        }
        return fields
    }

    private func field(_ name: String, _ value: String) -> String {
        HeaderFieldEncoder.unstructured(name, value, style: Self.style)
    }

    /// The status that the relay gave, where it fits what is told; else the general one.
    private func status(of outcome: RecipientOutcome) -> EnhancedStatus {
        let fitting: [EnhancedStatus.Class] =
            switch report.kind {
            case .failed: [.permanentFailure, .persistentTransientFailure]
            case .delayed: [.persistentTransientFailure]
            case .relayed: [.success]
            }
        if let status = outcome.status, fitting.contains(status.statusClass) { return status }
        // A message that is given up for its age has met nothing but refusals for the time being.
        let isTransient = report.kind == .failed && outcome.code.map { $0 < 500 } ?? false
        return EnhancedStatus(
            class: isTransient ? .persistentTransientFailure : fitting[0],
            subject: 0,
            detail: 0
        )
    }

    /// What the relay said, or what was found here: `smtp` is for replies alone (RFC 3464 §2.3.6).
    private static func diagnosis(of outcome: RecipientOutcome) -> String {
        let words =
            [outcome.code.map(String.init), outcome.status?.description].compactMap { $0 } + [outcome.reply]
        let text = XText.unitext(PrintableText(words.joined(separator: " ")).string).prefix(diagnosticLimit)
        return (outcome.isReply ? "smtp; " : "x-smtpqd; ") + text
    }

    /// `rfc822;alice@example.net`, decoded from the xtext that the parameter has; of the type utf-8 as it stands.
    private static func originalRecipient(_ recipient: EnvelopeRecipient) -> String? {
        guard let value = recipient.parameters["ORCPT"]?.value,
            let separator = value.firstIndex(of: ";")
        else { return nil }
        let type = value[..<separator]
        let address = value[value.index(after: separator)...]
        if type.lowercased() == "utf-8" { return value }
        return XText.decode(address).map { type + ";" + String(decoding: $0, as: UTF8.self) }
    }

    /// A host name as the type `dns` has it: an address stands in brackets.
    private static func hostName(_ host: String) -> String {
        let isAddress =
            host.contains(":") || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
        return XText.unitext(isAddress && !host.hasPrefix("[") ? "[\(host)]" : host)
    }
}
