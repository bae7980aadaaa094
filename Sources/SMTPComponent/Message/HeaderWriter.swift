// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// Computes the headers of a message from the properties.
struct HeaderWriter: Sendable {
    /// The properties.
    let members: MemberStore
    /// The moment for a date of `*`.
    let now: Timestamp
    /// The Message-ID for one of `*`.
    let uniqueID: String

    /// The headers, each line ended by CRLF, without the empty line behind them.
    ///
    /// - Throws: 192 or 196 when a property cannot stand in a header, 434 for a Charset that is not known.
    func text() throws(SMTPError) -> String {
        let others = try OtherHeaders(members.text(Property.otherHeaders))
        return others.replacesComputed ? others.text : try computed() + others.text
    }

    private func computed() throws(SMTPError) -> String {
        var fields: [String] = []
        let style = try style
        if let date { fields.append(HeaderFieldEncoder.unstructured("Date", date, style: style)) }
        appendMailboxes("From", try mailboxes(.from), style, to: &fields)
        appendMailboxes("Reply-To", try mailboxes(.replyTo), style, to: &fields)
        appendMailboxes("To", try members.recipients.mailboxes(of: .to), style, to: &fields)
        appendMailboxes("Cc", try members.recipients.mailboxes(of: .cc), style, to: &fields)
        if let messageID {
            fields.append(HeaderFieldEncoder.unstructured("Message-ID", messageID, style: style))
        }
        appendText("Subject", members.text(.subject), style, to: &fields)
        appendText("Importance", importance, style, to: &fields)
        appendText("Priority", priority, style, to: &fields)
        appendText("Sensitivity", sensitivity, style, to: &fields)
        appendMailboxes("Disposition-Notification-To", try mailboxes(.readReceiptTo), style, to: &fields)
        appendMailboxes("Return-Receipt-To", try mailboxes(.deliveryNotificationTo), style, to: &fields)
        return fields.map { $0 + "\r\n" }.joined()
    }

    private var date: String? {
        switch members.text(.messageDate) {
        case "": nil
        case "*": MailDate.format(now)
        case let text: text
        }
    }

    private var messageID: String? {
        switch members.text(.messageId) {
        case "": nil
        case "*": uniqueID
        case let text: text.hasPrefix("<") && text.hasSuffix(">") ? text : "<\(text)>"
        }
    }

    private var importance: String {
        switch SMTP.Importance(rawValue: members.number(.importance)) {
        case .high: "high"
        case .normal: "normal"
        case .low: "low"
        case .unspecified, nil: ""
        }
    }

    private var priority: String {
        switch SMTP.Priority(rawValue: members.number(.priority)) {
        case .normal: "normal"
        case .urgent: "urgent"
        case .nonUrgent: "non-urgent"
        case .unspecified, nil: ""
        }
    }

    private var sensitivity: String {
        switch SMTP.Sensitivity(rawValue: members.number(.sensitivity)) {
        case .personal: "Personal"
        case .private: "Private"
        case .companyConfidential: "Company-Confidential"
        case .unspecified, nil: ""
        }
    }

    private func mailboxes(_ property: Property) throws(SMTPError) -> [Mailbox] {
        do throws(AddressError) {
            return try AddressListParser.mailboxes(in: members.text(property))
        } catch {
            throw SMTPError(.invalidAddress, "\(property.row.name): \(error.summary)")
        }
    }

    /// Folded beyond MaxHeaderLength, encoded where Charset says so.
    private var style: HeaderStyle {
        get throws(SMTPError) {
            let name = members.text(.charset)
            let charset = TextCharset(named: name)
            guard name.isEmpty || charset != nil else {
                throw SMTPError(.notConvertible, "headers in the charset \(name)")
            }
            let limit = members.number(.maxHeaderLength)
            return HeaderStyle(lineByteLimit: limit > 0 ? limit : nil, charset: charset)
        }
    }

    private func appendText(_ name: String, _ text: String, _ style: HeaderStyle, to fields: inout [String]) {
        if !text.isEmpty { fields.append(HeaderFieldEncoder.unstructured(name, text, style: style)) }
    }

    private func appendMailboxes(
        _ name: String,
        _ mailboxes: [Mailbox],
        _ style: HeaderStyle,
        to fields: inout [String]
    ) {
        if !mailboxes.isEmpty { fields.append(HeaderFieldEncoder.mailboxes(name, mailboxes, style: style)) }
    }
}
