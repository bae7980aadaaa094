// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool

/// What decides the turn of a message among those for the same route.
package struct MessageClass: Hashable, Sendable {
    /// Urgency, -9 (least) to 9 (most): `Queue-Priority`, else MT-PRIORITY of the sender, else 0.
    package let priority: Int8
    /// Whether it was tried before.
    package let isRetry: Bool
    /// Its sender, as one of 65,536 groups: senders of one group share their turns.
    package let sender: UInt16

    /// A class.
    package init(priority: Int, isRetry: Bool, sender: UInt16) {
        self.priority = Int8(min(max(priority, -9), 9))
        self.isRetry = isRetry
        self.sender = sender
    }

    /// The class of a message that was read.
    init(_ message: QueuedMessage) {
        var hasher = Hasher()
        hasher.combine(message.envelope.sender.path.description)
        self.init(
            priority: message.options.priority ?? Self.priority(of: message.envelope.sender) ?? 0,
            isRetry: message.history.attempts > 0,
            sender: UInt16(hasher.finalize() & 0xFFFF)
        )
    }

    private static func priority(of sender: EnvelopeSender) -> Int? {
        sender.parameters.first { $0.keyword == "MT-PRIORITY" }?.value.flatMap { Int($0) }
    }

    /// The lane: the higher is the sooner.
    ///
    /// New mail goes before old of the same urgency.
    var lane: Int { Int(priority) * 2 + (isRetry ? 0 : 1) }
}
