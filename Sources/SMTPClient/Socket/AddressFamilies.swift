// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Which kinds of IP addresses are used.
package enum AddressFamilies: Hashable, Sendable {
    /// Both, in the order of preference of the system (RFC 6724).
    case any
    /// IPv4 only.
    case ipv4
    /// IPv6 only.
    case ipv6
    /// Both, IPv6 first.
    case ipv6Preferred
}
