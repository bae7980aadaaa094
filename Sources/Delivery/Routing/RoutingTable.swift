// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// The routes of a configuration, in their order: the first one that matches is taken.
///
/// Pure. Behind the routes stands one for each relay, for the messages that name it themselves (`Queue-Relay`).
package struct RoutingTable: Hashable, Sendable {
    /// Some recipients of a message that go the same way.
    package struct Group: Hashable, Sendable {
        /// The position of the route; nil when none matches, or the message names a relay that there is not.
        package let route: Int?
        /// The recipients, in the order of the envelope.
        package var recipients: [EnvelopeRecipient]
    }

    /// All routes.
    package let routes: [Route]
    private let configuredCount: Int
    private let relays: [String: Int]

    /// A table.
    ///
    /// - Parameters:
    ///   - routes: those of the configuration. Without one, all relays take all mail, preferred in their order.
    ///   - relays: the names of the relays, each once.
    package init(routes: [Route], relays: [String]) {
        let configured =
            routes.isEmpty ? [Route(name: "default", ranks: relays.indices.map { [$0] })] : routes
        configuredCount = configured.count
        self.routes = configured + relays.indices.map { Route(name: relays[$0], ranks: [[$0]]) }
        self.relays = Dictionary(zip(relays, relays.indices)) { first, _ in first }
    }

    /// The position of the route from a sender, nil being the null reverse path, to a recipient.
    package func route(sender: MailAddress?, recipient: MailAddress) -> Int? {
        routes[..<configuredCount].firstIndex { $0.matches(sender: sender, recipient: recipient) }
    }

    /// The recipients in groups that go the same way, in the order of their first ones; `relay` is the one that the message
    /// names.
    package func groups(
        of recipients: [EnvelopeRecipient],
        sender: MailAddress?,
        relay: String?
    ) -> [Group] {
        if let relay {
            return [Group(route: relays[relay].map { configuredCount + $0 }, recipients: recipients)]
        }
        if configuredCount == 1, routes[0].isForAll { return [Group(route: 0, recipients: recipients)] }
        var groups: [Group] = []
        for recipient in recipients {
            let route = route(sender: sender, recipient: recipient.address)
            if let index = groups.firstIndex(where: { $0.route == route }) {
                groups[index].recipients.append(recipient)
            } else {
                groups.append(Group(route: route, recipients: [recipient]))
            }
        }
        return groups
    }
}
