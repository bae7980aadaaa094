// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import MailMessage

/// The parameters of Postfix that become settings of the daemon, and those that become nothing.
enum PostfixSettings {
    /// Parameters that are read elsewhere, or say nothing that would be missed.
    private static let known: Set = [
        "relayhost", "smtp_fallback_relay", "smtp_sasl_password_maps", "smtp_sasl_auth_enable",
        "smtp_sasl_mechanism_filter",
        "smtp_sender_dependent_authentication", "sender_dependent_relayhost_maps", "transport_maps",
        "smtp_tls_security_level", "smtp_use_tls", "smtp_enforce_tls", "smtp_tls_wrappermode",
        "smtp_tls_CAfile",
        "smtp_tls_cert_file", "smtp_tls_key_file", "smtp_tls_protocols", "smtp_tls_mandatory_protocols",
        "smtp_helo_name",
        "myhostname", "smtp_bind_address", "inet_protocols", "smtp_connect_timeout",
        "smtp_destination_concurrency_limit",
        "default_destination_concurrency_limit", "smtp_destination_recipient_limit",
        "default_destination_recipient_limit",
        "message_size_limit", "maximal_queue_lifetime", "delay_warning_time", "minimal_backoff_time",
        "maximal_backoff_time", "smtp_sasl_security_options", "smtp_sasl_tls_security_options",
        "smtp_tls_session_cache_database",
        "smtp_tls_loglevel", "smtp_tls_note_starttls_offer", "compatibility_level", "config_directory",
        "queue_directory",
        "data_directory", "command_directory", "daemon_directory", "maillog_file", "maillog_file_prefixes",
        "inet_interfaces",
        "readme_directory", "html_directory", "manpage_directory", "sample_directory", "sendmail_path",
        "newaliases_path",
        "mailq_path", "mail_owner", "setgid_group", "mynetworks", "mynetworks_style", "append_dot_mydomain",
        "myorigin", "alias_maps", "alias_database", "sender_canonical_maps", "biff", "smtp_host_lookup",
        "mydomain",
    ]
    /// Parameters with no counterpart, by the beginning of their names.
    private static let left = [
        ("smtpd_", "smtpqd receives nothing over the network"),
        ("local_", "smtpqd delivers nothing on this host"),
        ("mailbox_", "smtpqd delivers nothing on this host"),
        ("virtual_", "smtpqd delivers nothing on this host"),
        ("home_mailbox", "smtpqd delivers nothing on this host"),
        ("mydestination", "smtpqd delivers nothing on this host: all mail goes to the relay"),
        ("masquerade_", "EnvelopeFrom changes the senders of envelopes"),
        ("canonical_maps", "addresses are those that applications give"),
        ("smtp_generic_maps", "addresses are those that applications give"),
        ("header_checks", "contents stay as they are"), ("body_checks", "contents stay as they are"),
        ("smtp_header_checks", "contents stay as they are"), ("always_bcc", "no copies are made"),
        ("content_filter", "nothing is filtered"),
        ("smtp_tls_CApath", "TLSCAFile takes a file, not a folder"),
        ("smtp_tls_policy_maps", "each relay has its own TLS, TLSCAFile and TLSServerName"),
        ("smtp_tls_fingerprint", "TLSPinnedKeys with TLSProof = \"key\" pins the key of a relay"),
    ]

    /// Takes over what holds for the daemon, and tells what is left.
    static func set(
        _ parameters: PostfixParameters,
        files: SourceFiles,
        _ translation: inout Translation
    ) throws(MigrationError) {
        try setAddresses(parameters, files, &translation)
        if let limit = parameters["message_size_limit"].flatMap({ Int($0) }), limit > 0 {
            translation.settings["MaxMessageSize"] = .number(limit)
        }
        // Of both times a plain number has a unit of its own.
        for (key, name, unit) in [
            ("MaxAge", "maximal_queue_lifetime", "d"), ("DelayReportAfter", "delay_warning_time", "h"),
        ] as [(String, String, Character)] {
            if let seconds = parameters.seconds(name, unit: unit) {
                translation.settings[key] = .number(seconds)
            }
        }
        setIntervals(parameters, &translation)
        for name in parameters.names where !known.contains(name) && parameters[name] != nil {
            guard let found = left.first(where: { name.hasPrefix($0.0) })?.1 else {
                let shown = PrintableText(name, limitBytes: 60)
                translation.remark("\(shown) has no counterpart", at: parameters.line(name))
                continue
            }
            translation.remark("\(PrintableText(name, limitBytes: 60)): \(found)", at: parameters.line(name))
        }
    }

    private static func setAddresses(
        _ parameters: PostfixParameters,
        _ files: SourceFiles,
        _ translation: inout Translation
    ) throws(MigrationError) {
        if var origin = parameters["myorigin"] {
            if origin.hasPrefix("/") {
                origin =
                    try files.textIfThere(origin)?.split(whereSeparator: \.isWhitespace).first.map(
                        String.init
                    ) ?? ""
            }
            AddressRules.setDomain(origin, at: parameters.line("myorigin"), &translation)
        }
        if let maps = parameters["alias_maps"], maps != "hash:/etc/aliases" {
            let parts = maps.split(separator: ":", maxSplits: 1).map(String.init)
            if parts.count == 2, parts[1].hasPrefix("/"), !parts[1].contains(" "), !parts[1].contains(",") {
                translation.settings["AliasFile"] = .text(parts[1])
            } else {
                translation.remark("alias_maps: AliasFile takes one file", at: parameters.line("alias_maps"))
            }
        }
        for entry in try PostfixTable("sender_canonical_maps", of: parameters, files: files, &translation)
            .entries
        {
            AddressRules.addSender(entry.key, entry.value, at: entry.line, &translation)
        }
    }

    /// The wait grows from the shorter to the longer time.
    private static func setIntervals(_ parameters: PostfixParameters, _ translation: inout Translation) {
        let names = ["minimal_backoff_time", "maximal_backoff_time"]
        guard names.contains(where: { parameters.line($0) != nil }) else { return }
        var pause = parameters.seconds(names[0]) ?? 300
        let longest = parameters.seconds(names[1]) ?? 4000
        var pauses: [SettingValue] = []
        while pause < longest {
            pauses.append(.number(pause))
            pause *= 2
        }
        translation.settings["RetryIntervals"] = .list(pauses + [.number(longest)])
    }
}
