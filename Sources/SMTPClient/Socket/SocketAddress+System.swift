// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import NIOCore

extension SocketAddress {
    /// The IP address that the system points to; nil for another kind, or none.
    init?(ip pointer: UnsafeMutablePointer<sockaddr>?) {
        guard let pointer else { return nil }
        let bytes = UnsafeRawPointer(pointer)
        // The family stands first in every address. Named as a member, the compiler may ask for a module that is not ours.
        switch CInt(bytes.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET: self.init(bytes.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6: self.init(bytes.loadUnaligned(as: sockaddr_in6.self))
        default: return nil
        }
    }
}
