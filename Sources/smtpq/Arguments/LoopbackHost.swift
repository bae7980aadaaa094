// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// Which hosts only this host can reach.
///
/// Pure.
enum LoopbackHost {
    /// Whether a host is `localhost`, `::1` or one of 127.0.0.0/8, written as an address: a name that begins like one may
    /// be anybody's.
    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" { return true }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, host, &six) == 1 else { return false }
        return withUnsafeBytes(of: &six) { $0.last == 1 && $0.dropLast().allSatisfy { $0 == 0 } }
    }
}
