// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient
internal import Synchronization

/// What is seen of the protocol: the events PITrail, and the last reply.
///
/// Thread-safe.
final class ProtocolTrail: Sendable {
    private let delivery: EventDelivery
    private let reply = Mutex(ReplyText())

    init(_ delivery: EventDelivery) {
        self.delivery = delivery
    }

    /// The last reply of the server.
    var lastReply: String {
        get { reply.withLock(\.last) }
        set { reply.withLock { $0.last = newValue } }
    }

    /// Takes a line of the session.
    ///
    /// Pieces of a content, which the session tells by their size, are no lines of the protocol.
    func note(_ direction: TraceDirection, _ line: String) {
        switch direction {
        case .sent where line.hasPrefix("(") && line.hasSuffix(" bytes of content)"):
            break
        case .sent:
            delivery.post(.piTrail(direction: .client, message: line))
        case .received:
            reply.withLock { $0.add(line) }
            delivery.post(.piTrail(direction: .server, message: line))
        }
    }

    /// Says something of the class's own.
    func inform(_ message: String) {
        delivery.post(.piTrail(direction: .info, message: message))
    }
}
