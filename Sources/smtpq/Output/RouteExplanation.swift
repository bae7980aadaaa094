// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import MailMessage
internal import Spool

/// Which way mail takes, and why, in words.
///
/// Pure.
struct RouteExplanation {
    /// What is told of a relay of the configuration.
    struct Relay {
        let name: String
        let address: String
        let weight: Int
    }

    let routing: RoutingTable
    let relays: [Relay]
    /// What the running daemon tells; nil when none runs.
    let status: DaemonStatus?

    /// The explanation, some lines.
    func lines(to recipient: MailAddress, from sender: MailAddress?, palette: Palette) -> [String] {
        let from = sender.map { "<\($0)>" } ?? "<>"
        guard let index = routing.route(sender: sender, recipient: recipient) else {
            return ["no route takes mail from \(from) to <\(recipient)>"]
        }
        let route = routing.routes[index]
        var lines = ["route   \(route.name): \(reason(of: route)) from \(from) to <\(recipient)>"]
        let next = nextRank(of: route)
        for (rank, members) in route.ranks.enumerated() {
            for member in members {
                let share = members.count > 1 ? ", weight \(relays[member].weight)" : ""
                let mark = rank == next && isUsable(member) != false ? "  ← takes it now" : ""
                lines.append(
                    "  \(rank + 1)     \(relays[member].name) at \(relays[member].address)\(share): "
                        + health(of: member, palette) + mark
                )
            }
        }
        if next == nil { lines.append("No relay of the route works: mail waits, untouched, until one does.") }
        return lines
    }

    private func reason(of route: Route) -> String {
        var conditions: [String] = []
        if !route.senders.isEmpty { conditions.append("Sender " + list(route.senders)) }
        if !route.recipients.isEmpty { conditions.append("Recipient " + list(route.recipients)) }
        return conditions.isEmpty
            ? "all mail that no other route takes, so mail" : conditions.joined(separator: ", ") + ", so mail"
    }

    private func list(_ patterns: [RoutePattern]) -> String {
        patterns.map(\.description).joined(separator: " or ")
    }

    /// The first rank of which a relay works, as far as is known.
    private func nextRank(of route: Route) -> Int? {
        route.ranks.firstIndex { $0.contains { isUsable($0) != false } }
    }

    private func isUsable(_ relay: Int) -> Bool? { state(of: relay).map { $0.state == .ok } }

    private func state(of relay: Int) -> DaemonStatus.Relay? {
        status?.relays.first { $0.name == relays[relay].name }
    }

    private func health(of relay: Int, _ palette: Palette) -> String {
        guard let state = state(of: relay) else { return "health unknown, no daemon tells" }
        let reason = state.reason.map { " (\(PrintableText($0)))" } ?? ""
        return palette.text(state.state.rawValue, isGood: state.state == .ok) + reason
    }
}
