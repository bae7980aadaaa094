// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How many messages each relay can take now, and which of the relays of a route takes the next one.
///
/// Pure. A relay in normal use takes what there is room for. One that failed takes a single message when its time has come, to
/// see whether it works again; the others of its route do its work until then.
package struct Admission: Sendable {
    /// One relay.
    package struct Relay: Sendable {
        /// Messages that it can take.
        package var room: Int
        /// Whether it is in normal use.
        package let isUsable: Bool
        /// Its share among those of the same rank.
        package let weight: Int

        /// A relay.
        package init(room: Int, isUsable: Bool, weight: Int) {
            self.room = room
            self.isUsable = isUsable
            self.weight = weight
        }
    }

    package let routing: RoutingTable
    /// The relays, in the order of the configuration.
    package private(set) var relays: [Relay]

    /// An admission.
    package init(routing: RoutingTable, relays: [Relay]) {
        self.routing = routing
        self.relays = relays
    }

    /// The most that one relay can take.
    package var largestRoom: Int { max(0, relays.lazy.map(\.room).max() ?? 0) }

    /// Whether a message of a route would be admitted.
    package func hasRoom(for route: Int) -> Bool { !candidates(for: route).isEmpty }

    /// The relay for the next message of a route, which has less room from now on; nil when the message must wait.
    package mutating func admit(_ route: Int, using generator: inout some RandomNumberGenerator) -> Int? {
        guard let relay = choose(among: candidates(for: route), using: &generator) else { return nil }
        relays[relay].room -= 1
        return relay
    }

    /// The relay for a message that is already under way, whether or not there is room; nil when none of its route works.
    package func relayAtOnce(for route: Int, using generator: inout some RandomNumberGenerator) -> Int? {
        for rank in routing.routes[route].ranks {
            if let relay = choose(among: rank.filter({ relays[$0].isUsable }), using: &generator) {
                return relay
            }
        }
        return nil
    }

    /// Takes the room of a message whose relay was chosen before.
    package mutating func take(_ relay: Int) { relays[relay].room -= 1 }

    /// The relays of the first rank that does not leave the mail to the next one; empty when none of them has room.
    private func candidates(for route: Int) -> [Int] {
        for rank in routing.routes[route].ranks {
            if let probe = rank.first(where: { !relays[$0].isUsable && relays[$0].room > 0 }) {
                return [probe]
            }
            let usable = rank.filter { relays[$0].isUsable }
            if !usable.isEmpty { return usable.filter { relays[$0].room > 0 } }
        }
        return []
    }

    private func choose(
        among candidates: [Int],
        using generator: inout some RandomNumberGenerator
    ) -> Int? {
        guard candidates.count > 1 else { return candidates.first }
        var point = Int.random(in: 0..<candidates.reduce(0) { $0 + relays[$1].weight }, using: &generator)
        for candidate in candidates {
            point -= relays[candidate].weight
            if point < 0 { return candidate }
        }
        return candidates.last
    }
}
