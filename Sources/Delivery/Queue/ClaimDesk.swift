// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol
internal import Spool

/// Decides, message by message of one batch, which is claimed for which relay.
///
/// Pure but for the system's source of random numbers.
struct ClaimDesk {
    private var admission: Admission
    private var generator = SystemRandomNumberGenerator()

    // The message at the desk.
    private var groups: [RoutingTable.Group] = []
    private var relay: Int?
    private var messageClass = MessageClass(priority: 0, isRetry: false, sender: 0)

    /// A desk for one batch.
    init(admission: Admission) {
        self.admission = admission
    }

    /// Whether the message is to be claimed now.
    ///
    /// A group whose relay has room comes first. A message without open recipients, or with one that has no route, is
    /// claimed in any case, for there is something to say about it.
    mutating func admits(_ message: QueuedMessage, _ promise: ClaimRequest.Promise?) -> Bool {
        messageClass = MessageClass(message)
        groups = admission.routing.groups(
            of: message.dueRecipients,
            sender: message.envelope.sender.path.address,
            relay: message.options.relay
        )
        relay = nil
        for index in groups.indices {
            guard let route = groups[index].route, let relay = relay(for: route, promise) else { continue }
            self.relay = relay
            groups.swapAt(0, index)
            return true
        }
        return groups.allSatisfy { $0.route == nil }
    }

    /// The outcome for the claimed message at the desk.
    func outcome(_ claimed: ClaimedMessage, facts: ContentFacts?) -> ClaimOutcome {
        let message = PreparedMessage(
            claimed: claimed,
            facts: facts,
            messageClass: messageClass,
            groups: groups
        )
        return .claimed(message, relay: relay)
    }

    /// The outcome for the message at the desk, which was not claimed.
    func outcome(_ error: ClaimError) -> ClaimOutcome {
        guard case .notWanted = error, let route = groups.lazy.compactMap(\.route).first else {
            return .refused(error)
        }
        return .inLine(route: route, messageClass, isMixed: groups.count > 1)
    }

    private mutating func relay(for route: Int, _ promise: ClaimRequest.Promise?) -> Int? {
        if let promise, promise.route == route { return promise.relay }
        return admission.admit(route, using: &generator)
    }
}
