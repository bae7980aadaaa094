// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// One way to reach the relay.
struct Route: Hashable, Sendable {
    /// What is connected to: an address of the relay, or of the proxy.
    let hop: SocketAddress
    /// What is connected from; nil leaves the choice to the system.
    let local: SocketAddress?
    /// What the proxy is asked for; nil without a proxy.
    let target: ProxyTarget?

    /// Where it leads, in words.
    var description: String {
        target.map { "\($0.address) via \(RelayAddress(hop))" } ?? "\(RelayAddress(hop))"
    }
}
