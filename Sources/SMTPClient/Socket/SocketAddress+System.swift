// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import NIOCore

extension SocketAddress {
    /// The IP address that the system points to; nil for another kind, or none.
    init?(ip pointer: UnsafeMutablePointer<sockaddr>?) {
        guard let pointer else { return nil }
        let bytes = UnsafeRawPointer(pointer)
        switch CInt(pointer.pointee.sa_family) {
        case AF_INET: self.init(bytes.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6: self.init(bytes.loadUnaligned(as: sockaddr_in6.self))
        default: return nil
        }
    }
}
