// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import MailMessage

/// Makes a relay of an account of msmtp.
struct MSMTPAccountReader {
    private static let mechanisms = [
        "plain": "PLAIN", "scram-sha-1": "SCRAM-SHA-1", "scram-sha-256": "SCRAM-SHA-256",
        "cram-md5": "CRAM-MD5",
        "digest-md5": "DIGEST-MD5", "login": "LOGIN", "ntlm": "NTLM", "oauthbearer": "OAUTHBEARER",
        "xoauth2": "XOAUTH2",
        "external": "EXTERNAL", "gssapi": "GSSAPI",
    ]
    /// Commands that are read here.
    private static let known: Set = [
        "host", "port", "tls", "tls_starttls", "auth", "user", "password", "passwordeval", "tls_trust_file",
        "tls_key_file",
        "tls_cert_file", "tls_host_override", "tls_certcheck", "tls_fingerprint", "timeout", "domain",
        "source_ip",
        "aliases", "maildomain", "proxy_host", "proxy_port", "from", "protocol", "socket",
    ]
    /// Commands that say how msmtp logs or writes headers; nothing is lost without them.
    private static let needless: Set = [
        "logfile", "logfile_time_format", "syslog", "auto_from", "set_date_header", "set_msgid_header",
        "remove_bcc_headers", "keepbcc", "add_missing_from_header", "add_missing_date_header",
    ]

    let account: MSMTPAccounts.Account
    let files: SourceFiles

    /// The relay; nil, with a remark, when the account is none.
    func relay(_ translation: inout Translation) -> TranslatedRelay? {
        guard let host = account["host"] else {
            translation.remark("the account has no host", at: account.line)
            return nil
        }
        for name in ["socket", "protocol"] {
            if let command = account[name], command.value != "smtp" {
                translation.remark("\(name): smtpqd speaks SMTP over TCP", at: command.line)
                return nil
            }
        }
        let isSecured = isOn("tls")
        let security: RelayRules.Security =
            !isSecured ? .none : isOn("tls_starttls", or: true) ? .startTLS : .implicit
        let port = account["port"].map { Int($0.value) ?? 0 } ?? (security == .implicit ? 465 : 25)
        guard
            var relay = RelayRules.relay(
                host: host.value,
                port: port,
                security: security,
                at: host.line,
                &translation
            )
        else { return nil }
        if isSecured { setTLS(of: &relay, &translation) }
        setLogin(of: &relay, &translation)
        setConnection(of: &relay, &translation)
        RelayRules.finish(&relay, at: account.line, &translation)
        for (name, command) in account.commands.sorted(by: { $0.key < $1.key })
        where !Self.known.contains(name) && !Self.needless.contains(name) {
            translation.remark("\(PrintableText(name, limitBytes: 40)) has no counterpart", at: command.line)
        }
        return relay
    }

    private func isOn(_ name: String, or standard: Bool = false) -> Bool {
        account.commands[name].map { ["", "on"].contains($0.value.lowercased()) } ?? standard
    }

    // MARK: TLS

    private func setTLS(of relay: inout TranslatedRelay, _ translation: inout Translation) {
        let paths = [
            "tls_trust_file": "TLSCAFile", "tls_cert_file": "TLSClientCertificate",
            "tls_key_file": "TLSClientKey",
        ]
        for (name, key) in paths.sorted(by: { $0.key < $1.key }) {
            guard let command = account[name], command.value != "system" else { continue }
            RelayRules.setPath(key, files.expanded(command.value), of: &relay, at: command.line, &translation)
        }
        if let override = account["tls_host_override"], NameRules.isHostName(override.value) {
            relay["TLSServerName"] = .text(override.value)
        }
        if let check = account.commands["tls_certcheck"], !isOn("tls_certcheck") {
            translation.remark("tls_certcheck off: \(RelayRules.verified)", at: check.line)
        }
        if let trust = account.commands["tls_trust_file"], trust.value.isEmpty {
            translation.remark("tls_trust_file: \(RelayRules.verified)", at: trust.line)
        }
        if let fingerprint = account["tls_fingerprint"] {
            translation.remark(
                "tls_fingerprint: the certificate is not pinned here, its key can be: TLSPinnedKeys with TLSProof = \"key\"",
                at: fingerprint.line
            )
        }
    }

    // MARK: Login

    private func setLogin(of relay: inout TranslatedRelay, _ translation: inout Translation) {
        guard let auth = account.commands["auth"], auth.value.lowercased() != "off" else { return }
        let method = auth.value.lowercased()
        if !method.isEmpty, method != "on" {
            guard let mechanism = Self.mechanisms[method] else {
                translation.remark(
                    "auth: \(PrintableText(method, limitBytes: 40)) has no counterpart",
                    at: auth.line
                )
                return
            }
            relay["AuthMechanism"] = .text(mechanism)
        }
        guard let user = account["user"] else {
            if !["external", "gssapi"].contains(method) {
                translation.remark("auth without a user", at: auth.line)
            }
            return
        }
        if ["external", "gssapi"].contains(method) {
            relay["User"] = .text(user.value)
            return
        }
        let password = account["password"]
        RelayRules.logIn(
            &relay,
            user: user.value,
            secret: password?.value,
            at: password?.line ?? user.line,
            &translation
        )
        if password == nil, relay["User"] != nil { setCommand(of: &relay, at: user.line, &translation) }
    }

    private func setCommand(
        of relay: inout TranslatedRelay,
        at line: SourceLine,
        _ translation: inout Translation
    ) {
        guard let eval = account["passwordeval"] else {
            translation.remark(
                "the password stands in a key ring or ~/.netrc, which the daemon cannot read",
                at: line
            )
            return
        }
        guard let words = ShellWords.plainCommand(eval.value), let name = words.first,
            !words.contains(where: RelayRules.hasControls),
            let program = name.hasPrefix("/") ? name : files.program(name)
        else {
            translation.remark(
                "passwordeval: no shell runs it here: put it into a script, and name that in PasswordCommand",
                at: eval.line
            )
            return
        }
        let key = relay.secretKey == "TokenFile" ? "TokenCommand" : "PasswordCommand"
        relay.isSecretMissing = false
        relay[key] = .list(([program] + words.dropFirst().map(files.expanded)).map(SettingValue.text))
        translation.remark(
            "passwordeval: the daemon runs it as user smtpq, without your key ring; its unit needs ExecPaths=\(PrintableText(program, limitBytes: 200))",
            at: eval.line
        )
    }

    // MARK: Connection

    private func setConnection(of relay: inout TranslatedRelay, _ translation: inout Translation) {
        if let timeout = account["timeout"], let seconds = RelayRules.seconds(timeout.value) {
            relay["ConnectionTimeout"] = .number(seconds)
        }
        if let domain = account["domain"] {
            RelayRules.setHello(domain.value, of: &relay, at: domain.line, &translation)
        }
        if let source = account["source_ip"], NameRules.isAddress(source.value) {
            relay["LocalHost"] = .text(source.value)
        }
        guard let proxy = account["proxy_host"] else { return }
        guard NameRules.isHostName(proxy.value) || NameRules.isAddress(proxy.value) else {
            return translation.remark("proxy_host is no host name and no IP address", at: proxy.line)
        }
        relay["FirewallType"] = .text("socks5")
        relay["FirewallHost"] = .text(proxy.value)
        relay["FirewallPort"] = account["proxy_port"].flatMap { Int($0.value) }
            .flatMap { (1...65535).contains($0) ? .number($0) : nil }
        if case .text(let host) = relay["MailServer"], NameRules.isHostName(host) {
            // The proxy resolves the name, as it did.
            relay["MailServer"] = .text("*" + host)
        }
    }
}
