// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
package import SMTPProtocol
package import Spool
internal import Synchronization

/// Writes reports into the queue, like any other message: durable when it returns (G1).
///
/// A multipart/report of three parts: for people, for programs, and what is returned of the message. Memory does not grow
/// with the message.
///
/// - SeeAlso: RFC 6522, RFC 3464, RFC 6533, RFC 3834 §5 (Auto-Submitted), RFC 3461 §6.1 (envelope)
package struct ReportWriter {
    private let queue: QueueDirectory

    /// A writer for a queue.
    package init(_ queue: QueueDirectory) { self.queue = queue }

    /// Puts reports on a message into the queue; those of an earlier try with the same reports are not written again.
    ///
    /// - Parameters:
    ///   - reports: the reports.
    ///   - message: the message that they are about.
    ///   - facts: what is known of its content.
    /// - Throws: ``SpoolError``. Not all reports are in the queue then.
    package func write(
        _ reports: [DeliveryReport],
        on message: ClaimedMessage,
        facts: ContentFacts? = nil
    ) throws(SpoolError) {
        let content = message.content
        for report in reports.dropFirst(message.reportCount.load(ordering: .relaxed)) {
            var isWritten = false
            if let whole = ReturnedContent(wholeOf: content, facts: facts, for: report) {
                isWritten = try submit(report, returning: whole, of: content)
            }
            if !isWritten {
                let header = ReturnedContent(headerOf: content, for: report)
                _ = try submit(report, returning: header, of: content)
            }
            message.reportCount.add(1, ordering: .relaxed)
        }
    }

    /// Whether the report is in the queue: the message may have changed under way.
    private func submit(
        _ report: DeliveryReport,
        returning returned: ReturnedContent,
        of content: MessageContent
    ) throws(SpoolError) -> Bool {
        do throws(SpoolError) {
            let submission = try QueueSubmission(in: queue, envelope: envelope(of: report), stem: report.stem)
            guard try compose(report, returned, content, to: submission) else { return false }
            try submission.commit()
        } catch {
            guard error.code == .alreadyThere else { throw error }
        }
        return true
    }

    /// From nobody: no report is made on a report.
    private func envelope(of report: DeliveryReport) throws(SpoolError) -> QueueFileEnvelope {
        do throws(EnvelopeError) {
            let parameters =
                report.requiresTLS ? [try ESMTPParameter(keyword: "REQUIRETLS", value: nil as String?)] : []
            let notify = try ESMTPParameter(keyword: "NOTIFY", value: "NEVER")
            return QueueFileEnvelope(
                sender: try EnvelopeSender(path: .null, parameters: parameters),
                recipients: [try EnvelopeRecipient(address: report.recipient, parameters: [notify])]
            )
        } catch {
            throw SpoolError(.malformed, error.summary)
        }
    }

    /// Whether all could be copied that is to be returned.
    private func compose(
        _ report: DeliveryReport,
        _ returned: ReturnedContent,
        _ content: MessageContent,
        to submission: QueueSubmission
    ) throws(SpoolError) -> Bool {
        let isEightBit = returned.isEightBit || returned.isInternationalised
        // Nobody knows it before the message is closed: it cannot occur in what is returned.
        let boundary = "=_report_" + MessageStem.random().text
        func write(_ lines: [String]) throws(SpoolError) {
            try submission.write(Array(lines.map { $0 + "\r\n" }.joined().utf8))
        }
        let text = ReportText(report)
        var header = MessageHeader(
            from: [Mailbox(displayName: "Mail Delivery System", address: report.policy.author)],
            to: [.mailbox(Mailbox(displayName: nil, address: report.recipient))]
        )
        header.subject = text.subject
        header.date = MailDate.format(report.created)
        header.messageID = MessageID.make(stem: report.stem.text, host: report.policy.author.domain)
        try write(header.fields())
        try write([
            "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
            "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"\(boundary)\"",
            "Content-Transfer-Encoding: " + (isEightBit ? "8bit" : "7bit"), "", "--" + boundary,
        ])
        var none: ArraySlice<String> = []
        try MIMEPartWriter.write(
            .text(text.text),
            boundaries: &none,
            style: .standard,
            supply: { _ throws(SpoolError) in nil },
            to: { piece throws(SpoolError) in try submission.write(Array(piece)) }
        )
        let statusType =
            returned.isInternationalised ? "message/global-delivery-status" : "message/delivery-status"
        try write([
            "", "--" + boundary, "Content-Type: " + statusType,
            "Content-Transfer-Encoding: " + (returned.isInternationalised ? "8bit" : "7bit"), "",
            StatusPartEncoder(report).text, "--" + boundary,
        ])
        try write(returned.fields + [""])
        if let bytes = returned.header {
            try submission.write(bytes)
        } else if (try? content.forEachPiece(submission.write)) == nil {
            // Where it is the disk that fails, it does so again with the header alone, and says it.
            return false
        }
        try write(["", "--" + boundary + "--"])
        return true
    }
}
