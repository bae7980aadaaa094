// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import MailMessage

/// Makes a relay of a next hop of Postfix, such as `[smtp.example.com]:587`.
struct PostfixRelayReader {
    let parameters: PostfixParameters
    /// The logins: `smtp_sasl_password_maps`.
    let passwords: PostfixTable

    /// The name that a relay gets: its host.
    func name(_ hop: String) -> String { split(hop)?.host ?? "" }

    /// The relay; nil, with a remark, when the next hop is none.
    ///
    /// `sender` is the one that it is for, if it is for one.
    func relay(
        _ hop: String,
        for sender: String? = nil,
        at line: SourceLine,
        _ translation: inout Translation
    ) -> TranslatedRelay? {
        guard let (host, port, isExact) = split(hop) else {
            translation.remark(
                "\(PrintableText(hop, limitBytes: 80)) is no host such as [smtp.example.com]:587",
                at: line
            )
            return nil
        }
        if !isExact, !NameRules.isAddress(host) {
            translation.remark(
                "smtpqd sends to the host \(PrintableText(host, limitBytes: 80)) itself: Postfix asked for its mail exchangers (MX)",
                at: line
            )
        }
        guard var relay = RelayRules.relay(host: host, port: port, security: security, at: line, &translation)
        else { return nil }
        setLogin(of: &relay, hop, host, sender, &translation)
        setTLS(of: &relay, &translation)
        setConnection(of: &relay, &translation)
        RelayRules.finish(&relay, at: line, &translation)
        return relay
    }

    /// Host and port of a next hop, and whether it is meant itself.
    private func split(_ hop: String) -> (host: String, port: Int, isExact: Bool)? {
        let isExact = hop.hasPrefix("[")
        let host = isExact ? hop.dropFirst().prefix { $0 != "]" } : hop.prefix { $0 != ":" }
        let rest = hop.dropFirst(host.count + (isExact ? 2 : 0))
        let services = ["": 25, "smtp": 25, "submission": 587, "submissions": 465, "smtps": 465]
        let service = rest.hasPrefix(":") ? String(rest.dropFirst()) : String(rest)
        guard let port = services[service] ?? Int(service) else { return nil }
        let address = host.hasPrefix("IPv6:") ? host.dropFirst(5) : host[...]
        return (String(address), port, isExact)
    }

    // MARK: TLS

    private var level: String {
        if let level = parameters["smtp_tls_security_level"]?.lowercased() { return level }
        if parameters.isYes("smtp_enforce_tls") { return "encrypt" }
        return parameters.isYes("smtp_use_tls") ? "may" : "none"
    }

    private var security: RelayRules.Security {
        level == "none" ? .none : parameters.isYes("smtp_tls_wrappermode") ? .implicit : .startTLS
    }

    private func setTLS(of relay: inout TranslatedRelay, _ translation: inout Translation) {
        guard security != .none else { return }
        let paths = [
            "smtp_tls_CAfile": "TLSCAFile", "smtp_tls_cert_file": "TLSClientCertificate",
            "smtp_tls_key_file": "TLSClientKey",
        ]
        for (name, key) in paths.sorted(by: { $0.key < $1.key }) {
            guard let line = parameters.line(name), let path = parameters[name] else { continue }
            RelayRules.setPath(key, path, of: &relay, at: line, &translation)
        }
        let protocols = parameters["smtp_tls_mandatory_protocols"] ?? parameters["smtp_tls_protocols"] ?? ""
        if protocols == ">=TLSv1.3" || protocols == "TLSv1.3" { relay["TLSMinimumVersion"] = .text("1.3") }
    }

    /// What is different from what `smtp_tls_security_level` meant.
    func remarkOnTLS(_ translation: inout Translation) {
        let line = parameters.line("smtp_tls_security_level") ?? parameters.line("smtp_use_tls")
        switch level {
        case "may":
            translation.remark("TLS is needed now: for a relay that has none, TLS = \"none\"", at: line)
            translation.remark(RelayRules.verified, at: line)
        case "encrypt": translation.remark(RelayRules.verified, at: line)
        case "dane", "dane-only", "fingerprint":
            translation.remark("\(level) has no counterpart: \(RelayRules.verified)", at: line)
        default: break
        }
    }

    // MARK: Login

    private func setLogin(
        of relay: inout TranslatedRelay,
        _ hop: String,
        _ host: String,
        _ sender: String?,
        _ translation: inout Translation
    ) {
        guard parameters.isYes("smtp_sasl_auth_enable"), let line = parameters.line("smtp_sasl_auth_enable")
        else { return }
        let senders =
            parameters.isYes("smtp_sender_dependent_authentication") ? [sender].compactMap(\.self) : []
        guard let entry = passwords.first(of: senders + [hop, host]) else {
            translation.remark("there is no login for \(PrintableText(hop, limitBytes: 80))", at: line)
            return
        }
        let parts = entry.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init
        )
        let password = parts.count > 1 ? parts[1] : nil
        RelayRules.logIn(&relay, user: parts[0], secret: password, at: entry.line, &translation)
        let filter = parameters["smtp_sasl_mechanism_filter"]?.uppercased() ?? ""
        let names = filter.split(whereSeparator: { $0.isWhitespace || $0 == "," }).map(String.init)
        let known = names.filter(Self.mechanisms.contains)
        if !known.isEmpty, relay["User"] != nil {
            relay["AuthMechanism"] = known.count == 1 ? .text(known[0]) : .list(known.map(SettingValue.text))
        }
    }

    /// Those that log in with a password.
    private static let mechanisms: Set = [
        "SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "NTLM", "PLAIN", "LOGIN",
    ]

    // MARK: Connection

    private func setConnection(of relay: inout TranslatedRelay, _ translation: inout Translation) {
        if let name = parameters["smtp_helo_name"] ?? parameters["myhostname"],
            let line = parameters.line("smtp_helo_name") ?? parameters.line("myhostname")
        {
            RelayRules.setHello(name, of: &relay, at: line, &translation)
        }
        if let address = parameters["smtp_bind_address"], NameRules.isAddress(address) {
            relay["LocalHost"] = .text(address)
        }
        switch parameters["inet_protocols"] {
        case "ipv4": relay["UseIPv6"] = .text("never")
        case "ipv6": relay["UseIPv6"] = .text("only")
        default: break
        }
        if let seconds = parameters.seconds("smtp_connect_timeout") {
            relay["ConnectionTimeout"] = .number(seconds)
        }
        let concurrency =
            parameters["smtp_destination_concurrency_limit"]
            ?? parameters["default_destination_concurrency_limit"]
        if let limit = concurrency.flatMap({ Int($0) }), (1...1000).contains(limit) {
            relay["Connections"] = .number(limit)
        }
        let recipients =
            parameters["smtp_destination_recipient_limit"]
            ?? parameters["default_destination_recipient_limit"]
        if let limit = recipients.flatMap({ Int($0) }), (1...1000).contains(limit) {
            relay["RecipientsPerTransaction"] = .number(limit)
        }
    }
}

extension TranslatedRelay {
    /// Whether another relay is the same in all but its name.
    func isSame(as other: TranslatedRelay) -> Bool { settings == other.settings && secret == other.secret }
}
