// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPProtocol
internal import Spool

/// Decides, message by message of one batch, which is claimed for which relay.
///
/// Pure but for the system's source of random numbers.
struct ClaimDesk {
    /// What was found out about a message.
    private struct Reading {
        let messageClass: MessageClass
        var groups: [RoutingTable.Group]
        /// The relay of the first group.
        var relay: Int?
    }

    private var admission: Admission
    private var generator = SystemRandomNumberGenerator()
    /// By the position in the batch.
    private var readings: [Int: Reading] = [:]

    /// A desk for one batch.
    init(admission: Admission) {
        self.admission = admission
    }

    /// Whether the message at a position of the batch is to be claimed now.
    ///
    /// A group whose relay has room comes first. A message without open recipients, or with one that has no route, is
    /// claimed in any case, for there is something to say about it.
    mutating func admits(_ message: QueuedMessage, _ promise: ClaimRequest.Promise?, at position: Int) -> Bool
    {
        var reading = Reading(
            messageClass: MessageClass(message),
            groups: admission.routing.groups(
                of: message.dueRecipients,
                sender: message.envelope.sender.path.address,
                relay: message.options.relay
            )
        )
        defer { readings[position] = reading }
        for index in reading.groups.indices {
            guard let route = reading.groups[index].route, let relay = relay(for: route, promise) else {
                continue
            }
            reading.relay = relay
            reading.groups.swapAt(0, index)
            return true
        }
        return reading.groups.allSatisfy { $0.route == nil }
    }

    /// The outcome for the message at a position, which was claimed.
    func outcome(_ claimed: ClaimedMessage, facts: ContentFacts?, at position: Int) -> ClaimOutcome {
        guard let reading = readings[position] else { return .refused(.notWanted) }
        let message = PreparedMessage(
            claimed: claimed,
            facts: facts,
            messageClass: reading.messageClass,
            groups: reading.groups
        )
        return .claimed(message, relay: reading.relay)
    }

    /// The outcome for the message at a position, which was not claimed.
    func outcome(_ error: ClaimError, at position: Int) -> ClaimOutcome {
        guard case .notWanted = error, let reading = readings[position],
            let route = reading.groups.lazy.compactMap(\.route).first
        else { return .refused(error) }
        return .inLine(route: route, reading.messageClass, isMixed: reading.groups.count > 1)
    }

    private mutating func relay(for route: Int, _ promise: ClaimRequest.Promise?) -> Int? {
        if let promise, promise.route == route { return promise.relay }
        return admission.admit(route, using: &generator)
    }
}
