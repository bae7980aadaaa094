// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// Whom the message is for.
extension SMTP {
    /// Recipients of copies that nobody sees: an address list.
    ///
    /// Setting it adds to the recipients; ``messageRecipientCount`` = 0 clears them all. There is no header Bcc.
    public var bcc: String {
        get { members.text(Property.bcc) }
        set { set(.bcc, .text(newValue)) }
    }

    /// Recipients of copies: an address list, and the header Cc.
    ///
    /// Setting it adds to the recipients; ``messageRecipientCount`` = 0 clears them all.
    public var cc: String {
        get { members.text(Property.cc) }
        set { set(.cc, .text(newValue)) }
    }

    /// Recipients: an address list, and the header To.
    ///
    /// Setting it adds to the recipients; ``messageRecipientCount`` = 0 clears them all.
    public var sendTo: String {
        get { members.text(Property.sendTo) }
        set { set(.sendTo, .text(newValue)) }
    }

    /// The number of recipients; setting it adds empty ones or takes the last away.
    ///
    /// Initially 0.
    public var messageRecipientCount: Int {
        get { members.number(Property.messageRecipientCount) }
        set { set(.messageRecipientCount, .number(newValue)) }
    }

    /// The address of each recipient.
    public var messageRecipientAddress: IndexedProperty<String> {
        indexed {
            $0.address
        } set: {
            $0.address = $1
        }
    }

    /// The display name of each recipient.
    public var messageRecipientName: IndexedProperty<String> {
        indexed {
            $0.name
        } set: {
            $0.name = $1
        }
    }

    /// The options of each recipient, such as `NOTIFY=SUCCESS,FAILURE` (RFC 3461).
    ///
    /// They go with RCPT when the server offers the extension. A blank in place of the `=` is as good.
    public var messageRecipientOptions: IndexedProperty<String> {
        indexed {
            $0.options
        } set: {
            $0.options = $1
        }
    }

    /// Where each recipient stands: in To, in Cc or in no header.
    public var messageRecipientType: IndexedProperty<RecipientType> {
        indexed {
            $0.type
        } set: {
            $0.type = $1
        }
    }

    private func indexed<Value>(
        get: @escaping @Sendable (Recipient) -> Value,
        set: @escaping @Sendable (inout Recipient, Value) -> Void
    ) -> IndexedProperty<Value> {
        IndexedProperty(
            count: { [self] in members.recipients.count },
            read: { [self] index in
                let entries = members.recipients.entries
                if entries.indices.contains(index) { return get(entries[index]) }
                refuse(SMTPError(.noSuchIndex, "\(index)"))
                return get(Recipient())
            },
            write: { [self] index, value in
                attempt { members throws(SMTPError) in try members.changeRecipient(index) { set(&$0, value) }
                }
            }
        )
    }
}
