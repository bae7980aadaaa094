// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Spool

/// All properties: the one place for names, forms, initial values, ranges and what is read-only.
package enum PropertyTable {
    /// The version of the class.
    package static let version = "SMTPComponent 1.0"

    /// The rows in the order of the numbers, VERSION first.
    package static let rows: [PropertyRow] = [
        PropertyRow(.version, "VERSION", .text(version), .readOnly),
        PropertyRow(.allowExtensions, "AllowExtensions", .flag(true)),
        PropertyRow(.authMechanism, "AuthMechanism", .number(0), range: 0...7),
        PropertyRow(.bcc, "BCc", .text(""), isHeader: true),
        PropertyRow(.cc, "Cc", .text(""), isHeader: true),
        PropertyRow(.command, "Command", .text(""), .writeOnly),
        PropertyRow(.connected, "Connected", .flag(false)),
        PropertyRow(.deliveryNotificationTo, "DeliveryNotificationTo", .text(""), isHeader: true),
        PropertyRow(.firewallAutoDetect, "FirewallAutoDetect", .flag(false)),
        PropertyRow(.firewallType, "FirewallType", .number(0), range: 0...3),
        PropertyRow(.firewallHost, "FirewallHost", .text("")),
        PropertyRow(.firewallPassword, "FirewallPassword", .text("")),
        PropertyRow(.firewallPort, "FirewallPort", .number(0), range: 0...65535),
        PropertyRow(.firewallUser, "FirewallUser", .text("")),
        PropertyRow(.from, "From", .text(""), isHeader: true),
        PropertyRow(.idle, "Idle", .flag(true), .readOnly),
        PropertyRow(.importance, "Importance", .number(0), range: 0...3, isHeader: true),
        PropertyRow(.lastReply, "LastReply", .text(""), .readOnly),
        PropertyRow(.localHost, "LocalHost", .text(HostName.current), lock: .cannotChangeLocalHost),
        PropertyRow(
            .mailPort,
            "MailPort",
            .number(25),
            range: 1...65535,
            errorBelowRange: .portIsZero,
            lock: .cannotChangePort
        ),
        PropertyRow(.mailServer, "MailServer", .text(""), lock: .cannotChangeServer),
        PropertyRow(.message, "Message", .bytes([]), isHeader: true),
        PropertyRow(.messageDate, "MessageDate", .text("*"), isHeader: true),
        PropertyRow(.messageHeaderCount, "MessageHeaderCount", .number(0), .readOnly),
        PropertyRow(.messageHeaderField, "MessageHeaderField", .text(""), .readOnly, isArray: true),
        PropertyRow(.messageHeaderValue, "MessageHeaderValue", .text(""), .readOnly, isArray: true),
        PropertyRow(.messageHeadersString, "MessageHeadersString", .text(""), .readOnly),
        PropertyRow(.messageId, "MessageId", .text("*"), isHeader: true),
        PropertyRow(
            .messageRecipientCount,
            "MessageRecipientCount",
            .number(0),
            range: 0...RecipientList.limit,
            isHeader: true
        ),
        PropertyRow(.messageRecipientAddress, "MessageRecipientAddress", .text(""), isArray: true),
        PropertyRow(.messageRecipientName, "MessageRecipientName", .text(""), isArray: true),
        PropertyRow(.messageRecipientOptions, "MessageRecipientOptions", .text(""), isArray: true),
        PropertyRow(.messageRecipientType, "MessageRecipientType", .number(0), isArray: true, range: 0...2),
        PropertyRow(.messageText, "MessageText", .text("")),
        PropertyRow(.otherHeaders, "OtherHeaders", .text(""), isHeader: true),
        PropertyRow(.password, "Password", .text("")),
        PropertyRow(.priority, "Priority", .number(0), range: 0...3, isHeader: true),
        PropertyRow(.readReceiptTo, "ReadReceiptTo", .text(""), isHeader: true),
        PropertyRow(.replyTo, "ReplyTo", .text(""), isHeader: true),
        PropertyRow(.returnPath, "ReturnPath", .text(""), isHeader: true),
        PropertyRow(.sendTo, "SendTo", .text(""), isHeader: true),
        PropertyRow(.sensitivity, "Sensitivity", .number(0), range: 0...3, isHeader: true),
        PropertyRow(.subject, "Subject", .text(""), isHeader: true),
        PropertyRow(.timeout, "Timeout", .number(60), range: 0...NumberLimit.seconds),
        PropertyRow(.user, "User", .text("")),
    ]

    static func row(of property: Property) -> PropertyRow { rows[property.rawValue] }
}
