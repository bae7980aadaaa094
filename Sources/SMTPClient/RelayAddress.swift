// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import NIOCore

/// Where a relay listens.
package struct RelayAddress: Hashable, Sendable, CustomStringConvertible {
    /// A domain name or an IP address.
    package var host: String
    /// The TCP port, 1 to 65535.
    package var port: Int

    /// An address.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// An address that was found.
    init(_ address: SocketAddress) {
        self.init(host: address.ipAddress ?? "\(address)", port: address.port ?? 0)
    }

    /// `host:port`, an IPv6 address in brackets.
    package var description: String {
        let printable = PrintableText(host, limitBytes: 255).string
        return host.contains(":") ? "[\(printable)]:\(port)" : "\(printable):\(port)"
    }
}
