// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool

/// Which messages are meant.
///
/// Pure.
struct MessageFilter: Hashable {
    /// Those in this state.
    var state: SpoolState?
    /// Those from such a sender.
    var sender: AddressPattern?
    /// Those for such a recipient, among others.
    var recipient: AddressPattern?
    /// Those that were queued before this time.
    var queuedBefore: Timestamp?

    /// Whether all messages are meant.
    var isEmpty: Bool { self == MessageFilter() }

    /// Whether a message is meant; one that cannot be read has neither sender nor recipients.
    func matches(_ message: MessageSummary) -> Bool {
        if let state, message.state != state { return false }
        if let queuedBefore, message.queuedAt >= queuedBefore { return false }
        if let sender, !(message.senderAddress.map(sender.matches) ?? false) { return false }
        if let recipient, !message.recipients.contains(where: { recipient.matches($0.address) }) {
            return false
        }
        return true
    }
}
