// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A proxy that all connections to a relay go through.
package struct ProxySettings: Hashable, Sendable {
    /// What the proxy speaks.
    package enum Kind: String, Hashable, Sendable {
        /// HTTP CONNECT (RFC 9110 §9.3.6).
        case tunnel
        /// SOCKS 4: IPv4 addresses only.
        case socks4
        /// SOCKS 4a: SOCKS 4 with names that the proxy resolves.
        case socks4a
        /// SOCKS 5 (RFC 1928).
        case socks5

        /// The port where such a proxy listens as a rule.
        package var standardPort: Int {
            switch self {
            case .tunnel: 80
            case .socks4, .socks4a, .socks5: 1080
            }
        }
    }

    /// What it speaks.
    package var kind: Kind
    /// Where it listens.
    package var address: RelayAddress
    /// Who logs in at the proxy; nil means no login.
    ///
    /// In SOCKS 4 it is the user id, which nobody verifies.
    package var user: String?
    /// The password that belongs to the user.
    package var password: Secret
    /// Further header lines for HTTP CONNECT.
    package var headers: ProxyHeaders
    /// Whether SOCKS 4 and 5 leave it to the proxy to find the relay's address, as the others always do.
    package var resolvesNames: Bool

    /// Settings.
    package init(
        kind: Kind,
        address: RelayAddress,
        user: String? = nil,
        password: Secret = Secret(""),
        headers: ProxyHeaders = .none,
        resolvesNames: Bool = false
    ) {
        self.kind = kind
        self.address = address
        self.user = user
        self.password = password
        self.headers = headers
        self.resolvesNames = resolvesNames
    }

    /// Whether the proxy is given the relay's name instead of its address.
    var isGivenNames: Bool { kind == .tunnel || kind == .socks4a || resolvesNames }

    /// The handshake that asks for a target.
    func makeMachine(for target: ProxyTarget) throws(ProxyError) -> any ProxyMachine {
        switch kind {
        case .tunnel: try TunnelMachine(self, target: target)
        case .socks4, .socks4a: try SOCKS4Machine(self, target: target)
        case .socks5: try SOCKS5Machine(self, target: target)
        }
    }
}
