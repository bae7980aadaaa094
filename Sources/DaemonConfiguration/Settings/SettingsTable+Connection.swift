// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

extension SettingsTable {
    /// The proxy that leads to it.
    static let relayProxy = SettingGroup(
        "Proxy",
        in: "Relay",
        [
            Setting(
                name: "FirewallType",
                // The numbers are what other software calls them by.
                kind: .spelling([
                    ["none", "0"], ["tunnel", "1"], ["socks4", "2"], ["socks5", "3"], ["socks4a", "10"],
                ]),
                standard: nil,
                otherwise: "none",
                example: #""tunnel""#,
                meaning: #"The kind of the proxy that leads to the relay; "tunnel" is HTTP CONNECT."#
            ),
            Setting(
                name: "FirewallHost",
                kind: .string,
                standard: nil,
                otherwise: "none",
                example: #""proxy.example.com""#,
                meaning: "Host name or IP address of the proxy."
            ),
            Setting(
                name: "FirewallPort",
                kind: .integer(1...65535),
                standard: nil,
                otherwise: #"80 for "tunnel", 1080 for the others"#,
                example: "8080",
                meaning: "The port of the proxy."
            ),
            Setting(
                name: "FirewallUser",
                kind: .string,
                standard: nil,
                otherwise: "no login",
                example: #""app""#,
                meaning: "The login name at the proxy."
            ),
            Setting(
                name: "FirewallPasswordCredential",
                kind: .string,
                standard: nil,
                otherwise: "none",
                example: #""proxy-password""#,
                meaning: """
                    The name of the credential that holds the password for the proxy, see PasswordCredential. This key or \
                    the next one can stand.
                    """
            ),
            Setting(
                name: "FirewallPasswordFile",
                kind: .string,
                standard: nil,
                otherwise: "none",
                example: #""/etc/smtpqd/proxy-password""#,
                meaning: "The file that holds the password for the proxy, see PasswordFile."
            ),
            Setting(
                name: "FirewallData",
                kind: .secret,
                standard: nil,
                otherwise: "none",
                example: #"'X-Team: mail\r\nX-Zone: 7'"#,
                meaning: "Further header lines for HTTP CONNECT, in single quotes."
            ),
            Setting(
                name: "FirewallAutoDetect",
                kind: .boolean,
                standard: "false",
                meaning: """
                    Whether the proxy is used that the environment names (ALL_PROXY = \
                    "socks5://user:password@proxy.example.com:1080", not for the hosts and domains in NO_PROXY), where \
                    FirewallType is not set.
                    """
            ),
        ]
    )

    /// Connections and their sockets.
    static let relaySocket = SettingGroup(
        "Connections",
        in: "Relay",
        [
            Setting(
                name: "LocalHost",
                kind: .string,
                standard: nil,
                otherwise: "the system chooses",
                example: #""192.0.2.10""#,
                meaning:
                    "The local IP address to connect from, or a name of this host, or a network interface."
            ),
            Setting(
                name: "LocalPort",
                kind: .integer(0...65535),
                standard: "0",
                meaning: """
                    The local port to connect from, for one connection at a time; 0 leaves it to the system. The system keeps \
                    a port for a minute after use, unless Linger = false.
                    """
            ),
            Setting(
                name: "UseIPv6",
                // What other software calls them.
                kind: .spelling([
                    ["auto"], ["never", "0", "false"], ["only", "1", "true"], ["prefer", "2"],
                ]),
                standard: #""auto""#,
                meaning: """
                    Which IP addresses of the relay are used: all, where those that do not answer at once race each other, \
                    IPv4 only, IPv6 only, or IPv6 first.
                    """
            ),
            Setting(
                name: "Timeout",
                kind: .duration,
                standard: nil,
                otherwise: "the times of RFC 5321, section 4.5.3.2, 2 to 10 minutes by the command",
                example: #""5min""#,
                meaning: "How long to wait for each answer."
            ),
            Setting(
                name: "AbsoluteTimeout",
                kind: .boolean,
                standard: "false",
                meaning: "Whether Timeout is the time for a whole message, and for opening a session."
            ),
            Setting(
                name: "ConnectionTimeout",
                kind: .duration,
                standard: #""30s""#,
                meaning: "How long a connection may take to be made, through the proxy if there is one."
            ),
            Setting(
                name: "TcpNoDelay",
                kind: .boolean,
                standard: "true",
                meaning: "Send small pieces at once."
            ),
            Setting(
                name: "TCPKeepAlive",
                kind: .boolean,
                standard: "true",
                meaning: "Have the system probe connections on which nothing happens."
            ),
            Setting(
                name: "KeepAliveTime",
                kind: .integer(1000...32_767_000),
                standard: nil,
                otherwise: "as the system is set",
                unit: "milliseconds",
                example: "7200000",
                meaning: "The time without traffic before the first probe."
            ),
            Setting(
                name: "KeepAliveInterval",
                kind: .integer(1000...32_767_000),
                standard: nil,
                otherwise: "as the system is set",
                unit: "milliseconds",
                example: "75000",
                meaning: "The time between probes that are not answered."
            ),
            Setting(
                name: "Linger",
                kind: .boolean,
                standard: "true",
                meaning: "Send what is left after closing; false resets the connection."
            ),
            Setting(
                name: "LingerTime",
                kind: .duration,
                standard: nil,
                otherwise: "as the system is set",
                example: #""30s""#,
                meaning: "How long the system goes on sending after closing."
            ),
            Setting(
                name: "InBufferSize",
                kind: .byteCount,
                standard: nil,
                otherwise: "as the system is set",
                example: #""128KiB""#,
                meaning: "What the system holds for the socket of what has arrived."
            ),
            Setting(
                name: "OutBufferSize",
                kind: .byteCount,
                standard: nil,
                otherwise: "as the system is set",
                example: #""128KiB""#,
                meaning: "What the system holds for the socket of what is to be sent."
            ),
            Setting(
                name: "MaxLineLength",
                kind: .integer(512...65536),
                standard: "4096",
                unit: "bytes",
                meaning: "The longest line of a reply. A relay that sends longer ones is taken to be broken."
            ),
        ]
    )
}
