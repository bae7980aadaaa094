// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import NIOCore

/// A network interface of this host.
struct NetworkInterface {
    let name: String

    /// Its addresses, those that only count on the link last; none where there is no such interface.
    func addresses(port: Int) -> [SocketAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var wide: [SocketAddress] = []
        var onLink: [SocketAddress] = []
        var entry = list
        while let found = entry {
            entry = found.pointee.ifa_next
            guard found.pointee.ifa_name.map({ String(cString: $0) }) == name,
                var address = SocketAddress(ip: found.pointee.ifa_addr)
            else { continue }
            address.port = port
            if address.ipAddress?.hasPrefix("fe80:") == true {
                onLink.append(address)
            } else {
                wide.append(address)
            }
        }
        return wide + onLink
    }
}
