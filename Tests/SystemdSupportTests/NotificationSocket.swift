// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import Glibc

/// The service manager's end of sd_notify(3): a datagram socket in a folder of its own.
final class NotificationSocket {
    struct Unusable: Error {
        let code = errno
    }

    let path: String
    private let descriptor: Int32

    init() throws {
        path = "/tmp/smtpqd-notify-\(UUID().uuidString)"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // A notification that does not come is a failure, not a test that hangs.
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        let length = socklen_t(MemoryLayout<timeval>.size)
        guard result == 0, setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, length) == 0 else {
            throw Unusable()
        }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// The next datagram, or what became of the waiting for it.
    func next() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { return "nothing: \(String(cString: strerror(errno)))" }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
