// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The name of this host in EHLO and HELO.
enum GreetingName {
    /// A host as it may stand there: an IP address in brackets, a name as it is.
    ///
    /// - SeeAlso: RFC 5321 §4.1.3
    static func literal(of host: String) -> String {
        if host.contains(":") { return "[IPv6:\(host)]" }
        let isIPv4 = host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        return isIPv4 ? "[\(host)]" : host
    }
}
