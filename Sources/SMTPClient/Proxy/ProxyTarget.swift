// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import NIOCore

/// Where a proxy is asked to connect to.
struct ProxyTarget: Hashable, Sendable {
    /// The host, as the proxy is told.
    enum Host: Hashable, Sendable {
        /// An IPv4 address: 4 bytes.
        case ipv4([UInt8])
        /// An IPv6 address: 16 bytes.
        case ipv6([UInt8])
        /// A name, which the proxy resolves.
        case name
    }

    let host: Host
    /// The host as text, and the port.
    let address: RelayAddress

    /// The target of a relay: a name, unless the host is an address.
    init(_ relay: RelayAddress) {
        let host = (try? SocketAddress(ipAddress: relay.host, port: relay.port)).flatMap(Self.host)
        self.host = host ?? .name
        address = relay
    }

    /// The target of an address that was found; nil where it is no IP address.
    init?(_ address: SocketAddress) {
        guard let host = Self.host(address) else { return nil }
        self.host = host
        self.address = RelayAddress(address)
    }

    /// The port as two bytes in network order.
    var portBytes: [UInt8] { [UInt8(address.port >> 8 & 0xFF), UInt8(address.port & 0xFF)] }

    private static func host(_ address: SocketAddress) -> Host? {
        guard let text = address.ipAddress else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        return switch address.protocol {
        case .inet where inet_pton(AF_INET, text, &bytes) == 1: .ipv4(Array(bytes.prefix(4)))
        case .inet6 where inet_pton(AF_INET6, text, &bytes) == 1: .ipv6(bytes)
        default: nil
        }
    }
}
