// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient

/// All keys of the configuration: what is decoded, checked and documented comes from here.
package enum SettingsTable {
    /// The keys outside any section.
    package static let top: [Setting] = [
        Setting(
            name: "QueueDir",
            kind: .string,
            standard: #""/var/spool/smtpq""#,
            meaning: "the queue directory"
        ),
        Setting(
            name: "KeepQueue",
            kind: .boolean,
            standard: "false",
            meaning: "keep delivered messages as .sent, with a receipt"
        ),
        Setting(
            name: "MaxMessageSize",
            kind: .byteCount,
            standard: #""100MiB""#,
            meaning: "largest file that is taken"
        ),
        Setting(
            name: "RetryIntervals",
            kind: .durationList,
            standard: #"["1min", "5min", "15min", "1h", "2h", "4h"]"#,
            meaning: "waiting times after the 1st, 2nd, … failed attempt, each ± 20 %; the last one repeats"
        ),
        Setting(
            name: "MaxAge",
            kind: .duration,
            standard: #""5d""#,
            meaning: "age at which a deferred message is given up"
        ),
        Setting(
            name: "Reports",
            kind: .boolean,
            standard: "true",
            meaning: "tell senders of mail that was given up or is late"
        ),
        Setting(
            name: "ReportFrom",
            kind: .string,
            standard: nil,
            meaning: "whom reports are from; MAILER-DAEMON at the host's own name"
        ),
        Setting(
            name: "DelayReportAfter",
            kind: .duration,
            standard: #""4h""#,
            meaning: "age at which a message is late, for senders who want to know (NOTIFY=DELAY)"
        ),
        Setting(
            name: "MaxReportsPerHour",
            kind: .integer(1...10_000),
            standard: "20",
            meaning: "most reports that one sender gets within an hour"
        ),
        Setting(
            name: "MaxReceived",
            kind: .integer(1...1000),
            standard: "50",
            meaning: "most Received fields of a message; one with more is given up as a loop"
        ),
        Setting(
            name: "StopGrace",
            kind: .duration,
            standard: #""30s""#,
            meaning: "time that transactions in flight have to end when the daemon stops"
        ),
        Setting(name: "ExitWhenIdle", kind: .duration, standard: nil, meaning: "idle time before it ends"),
        Setting(
            name: "LogLevel",
            kind: .choice(["debug", "info", "notice", "warning", "error"]),
            standard: #""info""#,
            meaning: "least important lines that are logged"
        ),
        Setting(name: "MetricsListen", kind: .string, standard: nil, meaning: "where metrics are served"),
        Setting(name: "MetricsFile", kind: .string, standard: nil, meaning: "file with the metrics"),
        Setting(name: "MetricsInterval", kind: .duration, standard: #""15s""#, meaning: "how often"),
        Setting(
            name: "DefaultDomain",
            kind: .string,
            standard: nil,
            meaning: "the domain of names without one; that of /etc/mailname, else the host's own name"
        ),
        Setting(
            name: "LocalDomains",
            kind: .stringList,
            standard: nil,
            meaning: "domains whose names may be aliases; localhost and the host's own names"
        ),
        Setting(
            name: "AliasFile",
            kind: .string,
            standard: #""/etc/aliases""#,
            meaning: "file that says to whom mail for the names of this host goes; see aliases(5)"
        ),
        Setting(
            name: "Aliases",
            kind: .addressTable,
            standard: nil,
            meaning: "to whom mail for names of this host goes, before AliasFile; * is all other names"
        ),
        Setting(
            name: "EnvelopeFrom",
            kind: .addressTable,
            standard: nil,
            meaning: "what senders of envelopes become, by address, name, @domain, or * for all"
        ),
        Setting(name: "Relay", kind: .tables, standard: nil, meaning: "a relay that takes mail"),
        Setting(name: "Route", kind: .tables, standard: nil, meaning: "which relays take which mail"),
    ]

    /// The keys of the sections, by their names.
    package static let sections: [(name: String, settings: [Setting])] = [
        ("Relay", relay), ("Route", route),
    ]

    /// The keys of a `[[Route]]` section.
    package static let route: [Setting] = [
        Setting(name: "Name", kind: .string, standard: nil, meaning: "the name in status and logs"),
        Setting(
            name: "Sender",
            kind: .strings,
            standard: nil,
            meaning:
                "senders it is for: an address, @domain, @.domain for sub-domains, or <> for reports; all without it"
        ),
        Setting(
            name: "Recipient",
            kind: .strings,
            standard: nil,
            meaning: "recipients it is for, written in the same way; all without it"
        ),
        Setting(
            name: "Relays",
            kind: .ranks,
            standard: nil,
            meaning: "names of relays in order of preference; those in a list of their own share the mail"
        ),
    ]

    /// The keys of a `[[Relay]]` section.
    package static let relay: [Setting] = [
        Setting(
            name: "Name",
            kind: .string,
            standard: #""default""#,
            meaning: "the name in logs and journals"
        ),
        Setting(
            name: "MailServer",
            kind: .string,
            standard: nil,
            meaning: "host name or IP address; needed. With a * before it a proxy resolves the name"
        ),
        Setting(
            name: "MailPort",
            kind: .integer(1...65535),
            standard: "587",
            meaning: "port; 465 when TLS is \"implicit\""
        ),
        Setting(
            name: "TLS",
            kind: .choice(["none", "starttls", "implicit"]),
            standard: #""starttls""#,
            meaning:
                "how the connection is protected; \"implicit\" on port 465. Certificates are always verified"
        ),
        Setting(
            name: "TLSCAFile",
            kind: .string,
            standard: nil,
            meaning: "PEM file of the authorities to trust instead of the system's"
        ),
        Setting(
            name: "TLSServerName",
            kind: .string,
            standard: nil,
            meaning: "the name that the certificate must have instead of MailServer"
        ),
        Setting(
            name: "TLSClientCertificate",
            kind: .string,
            standard: nil,
            meaning: "PEM file with the client's certificate chain"
        ),
        Setting(
            name: "TLSClientKey",
            kind: .string,
            standard: nil,
            meaning: "PEM file with the client's private key"
        ),
        Setting(
            name: "TLSMinimumVersion",
            kind: .choice(["1.2", "1.3"]),
            standard: #""1.2""#,
            meaning: "the oldest TLS version to accept"
        ),
        Setting(
            name: "TLSPinnedKeys",
            kind: .stringList,
            standard: nil,
            meaning: "the public keys the relay may have, as sha256//…; any without it"
        ),
        Setting(
            name: "TLSProof",
            kind: .choice(["certificate", "key"]),
            standard: #""certificate""#,
            meaning: "what shows who the relay is: its certificate, or a pinned key alone"
        ),
        Setting(
            name: "User",
            kind: .string,
            standard: nil,
            meaning: "login name; without one there is no login"
        ),
        Setting(
            name: "PasswordCredential",
            kind: .string,
            standard: nil,
            meaning: "name of the credential (LoadCredential= of the unit) that holds the password"
        ),
        Setting(
            name: "PasswordFile",
            kind: .string,
            standard: nil,
            meaning: "file that holds the password, readable by its owner alone"
        ),
        Setting(
            name: "Token",
            kind: .secret,
            standard: nil,
            meaning: "bearer token (OAuth 2.0), in a configuration file that only its owner may read"
        ),
        Setting(
            name: "TokenCredential",
            kind: .string,
            standard: nil,
            meaning: "name of the credential that holds the token, read for each connection"
        ),
        Setting(
            name: "TokenFile",
            kind: .string,
            standard: nil,
            meaning: "file that holds the token, readable by its owner alone, read for each connection"
        ),
        Setting(
            name: "TokenCommand",
            kind: .stringList,
            standard: nil,
            meaning:
                "program, with its arguments, that prints the token; run for each connection, at most 10 s"
        ),
        Setting(
            name: "AuthorizationIdentity",
            kind: .string,
            standard: nil,
            meaning: "identity to act as; that of the login"
        ),
        Setting(
            name: "AuthMechanism",
            kind: .words(["auto"] + SASLMechanism.allCases.map(\.rawValue)),
            standard: #""auto""#,
            meaning: "the SASL mechanism, or several in order of preference; \"auto\" takes the strongest"
        ),
        Setting(
            name: "AllowClearTextLogin",
            kind: .boolean,
            standard: "false",
            meaning: "allow a password or token to be sent without TLS"
        ),
        Setting(
            name: "Hello",
            kind: .string,
            standard: nil,
            meaning: "name of this host in EHLO; the host's own name"
        ),
        Setting(
            name: "AllowExtensions",
            kind: .boolean,
            standard: "true",
            meaning: "greet with EHLO; false greets with HELO and uses nothing that an extension gives"
        ),
        Setting(
            name: "FirewallType",
            kind: .spelling(firewallTypes),
            standard: nil,
            meaning: "the kind of proxy that leads to the relay; none without it"
        ),
        Setting(
            name: "FirewallHost",
            kind: .string,
            standard: nil,
            meaning: "host name or IP address of the proxy"
        ),
        Setting(
            name: "FirewallPort",
            kind: .integer(1...65535),
            standard: nil,
            meaning: "port of the proxy; 80 for \"tunnel\", 1080 for the others"
        ),
        Setting(
            name: "FirewallUser",
            kind: .string,
            standard: nil,
            meaning: "login name at the proxy; without one there is no login"
        ),
        Setting(
            name: "FirewallPasswordCredential",
            kind: .string,
            standard: nil,
            meaning: "name of the credential that holds the password for the proxy"
        ),
        Setting(
            name: "FirewallPasswordFile",
            kind: .string,
            standard: nil,
            meaning: "file that holds the password for the proxy, readable by its owner alone"
        ),
        Setting(
            name: "FirewallData",
            kind: .string,
            standard: nil,
            meaning: "further header lines for \"tunnel\", separated by \\r\\n"
        ),
        Setting(
            name: "FirewallAutoDetect",
            kind: .boolean,
            standard: "false",
            meaning: "use the proxy that ALL_PROXY and NO_PROXY name, where FirewallType is not set"
        ),
        Setting(
            name: "LocalHost",
            kind: .string,
            standard: nil,
            meaning: "local IP address, host name or network interface to connect from"
        ),
        Setting(
            name: "LocalPort",
            kind: .integer(0...65535),
            standard: "0",
            meaning: "local port to connect from; 0 leaves it to the system"
        ),
        Setting(
            name: "UseIPv6",
            kind: .spelling(addressFamilies),
            standard: #""auto""#,
            meaning: "which IP addresses are used: both, one kind only, or IPv6 first"
        ),
        Setting(
            name: "Timeout",
            kind: .duration,
            standard: nil,
            meaning: "time for each answer; without it the times of RFC 5321 §4.5.3.2"
        ),
        Setting(
            name: "AbsoluteTimeout",
            kind: .boolean,
            standard: "false",
            meaning: "Timeout limits each message, and the opening of a session, as a whole"
        ),
        Setting(
            name: "ConnectionTimeout",
            kind: .duration,
            standard: #""30s""#,
            meaning: "time for a connection to be made"
        ),
        Setting(name: "TcpNoDelay", kind: .boolean, standard: "true", meaning: "send small pieces at once"),
        Setting(
            name: "TCPKeepAlive",
            kind: .boolean,
            standard: "true",
            meaning: "have the system probe connections on which nothing happens"
        ),
        Setting(
            name: "KeepAliveTime",
            kind: .integer(1000...32_767_000),
            standard: nil,
            meaning: "milliseconds without traffic before the first probe"
        ),
        Setting(
            name: "KeepAliveInterval",
            kind: .integer(1000...32_767_000),
            standard: nil,
            meaning: "milliseconds between probes that are not answered"
        ),
        Setting(
            name: "Linger",
            kind: .boolean,
            standard: "true",
            meaning: "send what is left after closing; false resets the connection"
        ),
        Setting(
            name: "LingerTime",
            kind: .duration,
            standard: nil,
            meaning: "time that the system goes on sending after closing"
        ),
        Setting(
            name: "InBufferSize",
            kind: .byteCount,
            standard: nil,
            meaning: "receive buffer of the socket"
        ),
        Setting(name: "OutBufferSize", kind: .byteCount, standard: nil, meaning: "send buffer of the socket"),
        Setting(
            name: "MaxLineLength",
            kind: .integer(512...65536),
            standard: "4096",
            meaning: "longest line of a reply, in bytes; a relay with longer ones is at fault"
        ),
        Setting(
            name: "MaxTransferRate",
            kind: .byteCount,
            standard: nil,
            meaning: "most bytes of messages sent per second, over all connections"
        ),
        Setting(
            name: "Weight",
            kind: .integer(1...1000),
            standard: "1",
            meaning: "share of the mail among relays of the same rank"
        ),
        Setting(
            name: "Connections",
            kind: .integer(1...1000),
            standard: "10",
            meaning: "most connections at one time"
        ),
        Setting(
            name: "MessagesPerConnection",
            kind: .integer(0...1_000_000),
            standard: "0",
            meaning: "messages sent over one connection before it is closed; 0 is no limit"
        ),
        Setting(
            name: "RecipientsPerTransaction",
            kind: .integer(0...1000),
            standard: "0",
            meaning: "recipients that one copy of a message is sent for; 0 leaves it to the relay"
        ),
        Setting(
            name: "MessagesPerSecond",
            kind: .integer(1...100_000),
            standard: nil,
            meaning: "most messages in any second"
        ),
        Setting(
            name: "MessagesPerHour",
            kind: .integer(1...100_000),
            standard: nil,
            meaning: "most messages in any hour"
        ),
        Setting(
            name: "IdleTimeout",
            kind: .duration,
            standard: #""30s""#,
            meaning: "time after which an idle connection is closed"
        ),
    ]

    /// The kinds of proxy, and the numbers that other software calls them by.
    private static let firewallTypes = [
        ["none", "0"], ["tunnel", "1"], ["socks4", "2"], ["socks5", "3"], ["socks4a", "10"],
    ]
    /// The words for the kinds of addresses, and what other software calls them.
    private static let addressFamilies = [
        ["auto"], ["never", "0", "false"], ["only", "1", "true"], ["prefer", "2"],
    ]
}
