// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import SMTPProtocol

/// Finds the ways to a relay: the addresses of all that lies on them.
struct RouteFinder {
    let settings: ConnectionSettings
    let resolver: AddressResolver

    /// The routes in the order in which they are tried; at least one, and no more than
    /// ``AddressRules/addressLimit``.
    func routes() async throws(RelayFault) -> [Route] {
        let local = try await localAddresses()
        guard let proxy = settings.proxy else {
            let hops = ordered(try await resolver.addresses(of: settings.relay))
            return try usable(hops.map { (hop: $0, target: nil) }, local, "\(settings.relay)")
        }
        let found = try await resolver.addresses(of: proxy.address, role: "the proxy ")
        let hops = AddressRules.order(found, settings.socket.addressFamilies)
        let targets = try await targets(proxy)
        // The targets from outside: a proxy that cannot reach one address of the relay may reach the next.
        let pairs = targets.flatMap { target in hops.map { (hop: $0, target: Optional(target)) } }
        return try usable(pairs, local, "the proxy \(proxy.address)")
    }

    private func localAddresses() async throws(RelayFault) -> [SocketAddress]? {
        let port = settings.socket.localPort
        if let host = settings.localHost {
            do throws(RelayFault) {
                return try await resolver.localAddresses(of: host, port: port)
            } catch {
                throw .local("LocalHost: \(error.text)", in: .connect)
            }
        }
        guard port != 0 else { return nil }
        return ["0.0.0.0", "::"].compactMap { try? SocketAddress(ipAddress: $0, port: port) }
    }

    private func targets(_ proxy: ProxySettings) async throws(RelayFault) -> [ProxyTarget] {
        let named = ProxyTarget(settings.relay)
        guard named.host == .name, !proxy.isGivenNames else { return [named] }
        let addresses = try await resolver.addresses(of: settings.relay)
        // SOCKS 4 knows no others.
        let usable = proxy.kind == .socks5 ? addresses : addresses.filter { $0.protocol == .inet }
        let targets = ordered(usable).compactMap { ProxyTarget($0) }
        guard !targets.isEmpty else {
            throw .local("\(settings.relay) has no address that the proxy could be asked for", in: .connect)
        }
        return targets
    }

    private func ordered(_ addresses: [SocketAddress]) -> [SocketAddress] {
        AddressRules.order(addresses, settings.socket.addressFamilies)
    }

    /// The routes that this host can go.
    private func usable(
        _ pairs: [(hop: SocketAddress, target: ProxyTarget?)],
        _ local: [SocketAddress]?,
        _ host: String
    ) throws(RelayFault) -> [Route] {
        guard !pairs.isEmpty else {
            throw .local("\(host) has no address of the kind that UseIPv6 allows", in: .connect)
        }
        let routes = pairs.compactMap { hop, target -> Route? in
            guard let local else { return Route(hop: hop, local: nil, target: target) }
            return local.first { $0.protocol == hop.protocol }.map {
                Route(hop: hop, local: $0, target: target)
            }
        }
        guard !routes.isEmpty else {
            throw .local("\(host) has no address that LocalHost could connect to", in: .connect)
        }
        return Array(routes.prefix(AddressRules.addressLimit))
    }
}
