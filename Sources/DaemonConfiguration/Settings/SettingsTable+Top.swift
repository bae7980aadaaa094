// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

extension SettingsTable {
    /// What waits where, and how long.
    static let queue = SettingGroup(
        "The queue",
        [
            Setting(
                name: "QueueDir",
                kind: .string,
                standard: #""/var/spool/smtpq""#,
                meaning: """
                    The directory where mail waits, as an absolute path. The unit's sandbox lets the daemon write to \
                    /var/spool/smtpq; another directory needs ReadWritePaths= in a drop-in (systemctl edit smtpqd).
                    """
            ),
            Setting(
                name: "KeepQueue",
                kind: .boolean,
                standard: "false",
                meaning: "Whether delivered messages are kept, as .sent with a receipt, instead of removed."
            ),
            Setting(
                name: "MaxMessageSize",
                kind: .byteCount,
                standard: #""100MiB""#,
                meaning: "The largest queue file that is taken for a message."
            ),
            Setting(
                name: "RetryIntervals",
                kind: .durationList,
                standard: #"["1min", "5min", "15min", "1h", "2h", "4h"]"#,
                meaning: """
                    How long a deferred message waits after its first, second, … failed attempt, each time ± 20 %. The \
                    last one repeats.
                    """
            ),
            Setting(
                name: "MaxAge",
                kind: .duration,
                standard: #""5d""#,
                meaning: "The age at which a message that is still deferred is given up and becomes .failed."
            ),
        ]
    )

    /// What senders are told, and loops.
    static let reports = SettingGroup(
        "Reports to senders",
        [
            Setting(
                name: "Reports",
                kind: .boolean,
                standard: "true",
                meaning: """
                    Whether the sender gets a report (RFC 3464) when a message is given up. What a sender wishes (NOTIFY, \
                    RET) is honoured. A report has no sender itself: none is ever made on it.
                    """
            ),
            Setting(
                name: "ReportFrom",
                kind: .string,
                standard: nil,
                otherwise: "MAILER-DAEMON at the name of this host (see Hello)",
                example: #""postmaster@example.com""#,
                meaning: "The address that reports are from."
            ),
            Setting(
                name: "DelayReportAfter",
                kind: .duration,
                standard: #""4h""#,
                meaning: """
                    The age at which the sender is told, once, that a message is late, if he wants to know (NOTIFY=DELAY).
                    """
            ),
            Setting(
                name: "MaxReportsPerHour",
                kind: .integer(1...10_000),
                standard: "20",
                meaning: """
                    The most reports that one sender gets within an hour. What he is not told stands in the journals of \
                    his messages.
                    """
            ),
            Setting(
                name: "MaxReceived",
                kind: .integer(1...1000),
                standard: "50",
                meaning:
                    "The most Received fields of a message. One with more runs in circles, and is given up."
            ),
        ]
    )

    /// The process itself.
    static let daemon = SettingGroup(
        "The daemon",
        [
            Setting(
                name: "StopGrace",
                kind: .duration,
                standard: #""30s""#,
                meaning: """
                    How long transactions in flight may take to end when the daemon stops. What does not end in time stays \
                    queued.
                    """
            ),
            Setting(
                name: "ExitWhenIdle",
                kind: .duration,
                standard: nil,
                otherwise: "it never ends by itself",
                example: #""10min""#,
                meaning: """
                    How long there must be no mail at all for the daemon to end by itself. Only with smtpqd.path, \
                    which starts it again with the next file (systemctl disable --now smtpqd.service, systemctl \
                    enable --now smtpqd.path). At least 5s.
                    """
            ),
            Setting(
                name: "LogLevel",
                kind: .choice(["debug", "info", "notice", "warning", "error"]),
                standard: #""info""#,
                meaning: "The least important lines that are logged."
            ),
        ]
    )

    /// Names without a domain, and names of this host.
    static let localAddresses = SettingGroup(
        "The addresses of this host",
        introduction: "What becomes of root, user@localhost, and user at the name of the host.",
        [
            Setting(
                name: "DefaultDomain",
                kind: .string,
                standard: nil,
                otherwise: "that of /etc/mailname, else the host's own name",
                example: #""app1.example.com""#,
                meaning: "The domain of names without one, in envelopes and headers."
            ),
            Setting(
                name: "LocalDomains",
                kind: .stringList,
                standard: nil,
                otherwise: "localhost and the host's own names",
                example: #"["localhost", "app1", "app1.example.com"]"#,
                meaning: "The domains whose names may be aliases."
            ),
            Setting(
                name: "AliasFile",
                kind: .string,
                standard: #""/etc/aliases""#,
                meaning: """
                    The file that says to whom mail for the names of this host goes, one "name: address, …" a line. A \
                    change counts at once. Programs, files and includes in it are refused: mail goes to addresses \
                    only. /dev/null turns it off.
                    """
            ),
            Setting(
                name: "Aliases",
                kind: .addressTable,
                standard: nil,
                otherwise: "none",
                example: #"{ root = "admin@example.com", www-data = ["web@example.com", "root"] }"#,
                meaning: """
                    The same here, before what the file says; * stands for all names without an entry of their own. A \
                    later file overrides single names.
                    """
            ),
            Setting(
                name: "EnvelopeFrom",
                kind: .addressTable,
                standard: nil,
                otherwise: "they stay",
                example: #"{ "*" = "bounces@example.com" }"#,
                meaning: """
                    What senders of envelopes become, for a relay that takes only some: by address, name of this host, \
                    @domain, or * for all.
                    """
            ),
        ]
    )

    /// Numbers for Prometheus.
    static let metrics = SettingGroup(
        "Metrics",
        introduction: """
            Metrics for Prometheus: alert rules and a dashboard are in /usr/share/smtpqd. Whoever can connect can read \
            them: names of relays and numbers, no mail addresses. A change needs a restart. The unit's sandbox needs \
            a drop-in (systemctl edit smtpqd): RuntimeDirectory=smtpqd for a socket, ReadWritePaths= for the folder of \
            a file.
            """,
        [
            Setting(
                name: "MetricsListen",
                kind: .string,
                standard: nil,
                otherwise: "nowhere",
                example: #""127.0.0.1:9465""#,
                meaning: """
                    Where the daemon answers requests for /metrics: an IP address of this host with a port, or a \
                    socket such as "/run/smtpqd/metrics.sock".
                    """
            ),
            Setting(
                name: "MetricsFile",
                kind: .string,
                standard: nil,
                otherwise: "none",
                example: #""/var/lib/prometheus/node-exporter/smtpqd.prom""#,
                meaning: """
                    The file that is written for the textfile collector of node_exporter, which takes names that \
                    end in .prom.
                    """
            ),
            Setting(
                name: "MetricsInterval",
                kind: .duration,
                standard: #""15s""#,
                meaning: "How often MetricsFile is written."
            ),
        ]
    )
}
