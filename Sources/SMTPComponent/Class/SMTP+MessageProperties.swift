// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// What the message says.
extension SMTP {
    /// Who asks for a receipt of the delivery: the header Return-Receipt-To.
    ///
    /// Initially empty. For DSN see ``messageRecipientOptions``.
    public var deliveryNotificationTo: String {
        get { members.text(Property.deliveryNotificationTo) }
        set { set(.deliveryNotificationTo, .text(newValue)) }
    }

    /// The author: the header From, and the sender of the envelope unless ReturnPath is set.
    ///
    /// Initially empty. Sending without it is the error 164.
    public var from: String {
        get { members.text(Property.from) }
        set { set(.from, .text(newValue)) }
    }

    /// The header Importance.
    ///
    /// Initially unspecified: no header.
    public var importance: Importance {
        get { Importance(rawValue: members.number(Property.importance)) ?? .unspecified }
        set { set(.importance, .number(newValue.rawValue)) }
    }

    /// A whole message, headers and text, to be sent as it is.
    ///
    /// Initially empty. When it is not, the other properties give the envelope only. Line ends become CRLF.
    public var message: [UInt8] {
        get { members.bytes(Property.message) }
        set { set(.message, .bytes(newValue)) }
    }

    /// The header Date: a text, empty for no header, `*` for the present time.
    ///
    /// Initially `*`.
    public var messageDate: String {
        get { members.text(Property.messageDate) }
        set { set(.messageDate, .text(newValue)) }
    }

    /// The header Message-ID: a text, empty for no header, `*` for a new one for each message.
    ///
    /// Initially `*`.
    public var messageId: String {
        get { members.text(Property.messageId) }
        set { set(.messageId, .text(newValue)) }
    }

    /// The text of the message.
    ///
    /// Initially empty. Line ends become CRLF; lines of a single dot are taken care of.
    public var messageText: String {
        get { members.text(Property.messageText) }
        set { set(.messageText, .text(newValue)) }
    }

    /// Lines `Name: value` that are added to the computed headers.
    ///
    /// Initially empty. Beginning with CRLF it stands in place of all computed headers. A Bcc in it is left out.
    public var otherHeaders: String {
        get { members.text(Property.otherHeaders) }
        set { set(.otherHeaders, .text(newValue)) }
    }

    /// The header Priority.
    ///
    /// Initially unspecified: no header.
    public var priority: Priority {
        get { Priority(rawValue: members.number(Property.priority)) ?? .unspecified }
        set { set(.priority, .number(newValue.rawValue)) }
    }

    /// Who asks for a receipt of the reading: the header Disposition-Notification-To.
    ///
    /// Initially empty.
    public var readReceiptTo: String {
        get { members.text(Property.readReceiptTo) }
        set { set(.readReceiptTo, .text(newValue)) }
    }

    /// The header Reply-To.
    ///
    /// Initially empty.
    public var replyTo: String {
        get { members.text(Property.replyTo) }
        set { set(.replyTo, .text(newValue)) }
    }

    /// The sender of the envelope in place of From; `<>` for none.
    ///
    /// Initially empty. It is no header.
    public var returnPath: String {
        get { members.text(Property.returnPath) }
        set { set(.returnPath, .text(newValue)) }
    }

    /// The header Sensitivity.
    ///
    /// Initially unspecified: no header.
    public var sensitivity: Sensitivity {
        get { Sensitivity(rawValue: members.number(Property.sensitivity)) ?? .unspecified }
        set { set(.sensitivity, .number(newValue.rawValue)) }
    }

    /// The header Subject.
    ///
    /// Initially empty.
    public var subject: String {
        get { members.text(Property.subject) }
        set { set(.subject, .text(newValue)) }
    }
}
