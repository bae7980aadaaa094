// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The properties of the class; the raw value is the number that the procedural interface uses.
///
/// 0 is VERSION. What each is like stands in ``PropertyTable``.
package enum Property: Int, CaseIterable, Sendable {
    case version = 0
    case allowExtensions, authMechanism, bcc, cc, command, connected, deliveryNotificationTo
    case firewallAutoDetect, firewallType, firewallHost, firewallPassword, firewallPort, firewallUser
    case from, idle, importance, lastReply, localHost, mailPort, mailServer
    case message, messageDate, messageHeaderCount, messageHeaderField, messageHeaderValue
    case messageHeadersString, messageId, messageRecipientCount, messageRecipientAddress, messageRecipientName
    case messageRecipientOptions, messageRecipientType, messageText, otherHeaders, password, priority
    case readReceiptTo, replyTo, returnPath, sendTo, sensitivity, subject, timeout, user

    /// Its row in the table.
    package var row: PropertyRow { PropertyTable.row(of: self) }
}
