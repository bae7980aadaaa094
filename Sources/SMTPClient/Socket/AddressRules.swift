// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// Which of the addresses found are tried, and in which order.
///
/// - SeeAlso: RFC 8305 §4
enum AddressRules {
    /// More addresses than this are not tried.
    static let addressLimit = 32

    /// Those of the families wanted, each once, the families in turn, so that one that does not work costs one attempt.
    static func order(_ found: [SocketAddress], _ families: AddressFamilies) -> [SocketAddress] {
        var seen: Set<SocketAddress> = []
        let addresses = found.filter { isWanted($0, families) && seen.insert($0).inserted }
        let isIPv6First = families == .ipv6Preferred || addresses.first?.protocol == .inet6
        let first = addresses.filter { ($0.protocol == .inet6) == isIPv6First }
        let second = addresses.filter { ($0.protocol == .inet6) != isIPv6First }
        let longer = max(first.count, second.count)
        let inTurn = (0..<longer).flatMap { index in
            [first, second].compactMap { index < $0.count ? $0[index] : nil }
        }
        return Array(inTurn.prefix(addressLimit))
    }

    private static func isWanted(_ address: SocketAddress, _ families: AddressFamilies) -> Bool {
        switch families {
        case .any, .ipv6Preferred: address.protocol == .inet || address.protocol == .inet6
        case .ipv4: address.protocol == .inet
        case .ipv6: address.protocol == .inet6
        }
    }
}
