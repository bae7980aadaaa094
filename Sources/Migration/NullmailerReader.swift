// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import MailMessage

/// Translates the control files of nullmailer: `remotes` and what stands beside it.
///
/// - SeeAlso: nullmailer-send(8), nullmailer-queue(8)
package enum NullmailerReader {
    /// Control files with no counterpart, and what there is instead.
    private static let left = [
        "doublebounceto": "a report that cannot be delivered is kept as .failed",
        "idhost": "the domain of a Message-ID that is missing is the host's own name",
    ]

    /// The translation of a folder with control files.
    package static func translation(
        of folder: String,
        files: SourceFiles = .actual
    ) throws(MigrationError) -> Translation {
        var translation = Translation()
        func line(_ name: String) throws(MigrationError) -> SourceLine? {
            let file = folder + "/" + name
            return try files.textIfThere(file).flatMap { SourceLine.lines(of: $0, file: file).first }
        }
        let remotes = folder + "/remotes"
        let hello = try line("helohost")
        let sendTime = try line("sendtimeout")
        for remote in SourceLine.lines(of: try files.text(remotes), file: remotes) {
            guard var relay = relay(remote, &translation) else { continue }
            if let hello { RelayRules.setHello(hello.text, of: &relay, at: hello, &translation) }
            if let sendTime, let seconds = RelayRules.seconds(sendTime.text) {
                relay["Timeout"] = .number(seconds)
                relay["AbsoluteTimeout"] = .flag(true)
            }
            try translation.add(relay, named: Self.host(of: relay), from: remotes)
        }
        guard !translation.relays.isEmpty else {
            throw MigrationError(remotes, "names no relay that can be used")
        }
        if let lifetime = try line("queuelifetime"), let seconds = RelayRules.seconds(lifetime.text) {
            translation.settings["MaxAge"] = .number(seconds)
        }
        if let admin = try line("adminaddr") {
            let targets = admin.text.split(separator: ",").map(\.trimmed)
            AddressRules.addAlias("*", targets, at: admin, &translation)
        }
        if let sender = try line("allmailfrom") {
            AddressRules.addSender("*", sender.text, at: sender, &translation)
        }
        // A host without a point gets the domain too.
        let domain = try line("defaultdomain")
        if let host = try line("defaulthost") {
            let name = host.text.contains(".") ? host.text : host.text + (domain.map { "." + $0.text } ?? "")
            AddressRules.setDomain(name, at: host, &translation)
        }
        setPauses(try line("pausetime"), try line("maxpause"), &translation)
        for (name, instead) in left.sorted(by: { $0.key < $1.key }) {
            if let line = try line(name) { translation.remark("\(name): \(instead)", at: line) }
        }
        return translation
    }

    private static func host(of relay: TranslatedRelay) -> String {
        if case .text(let host) = relay["MailServer"] { host } else { "" }
    }

    // MARK: A remote

    private static func relay(_ line: SourceLine, _ translation: inout Translation) -> TranslatedRelay? {
        guard let words = ShellWords.words(of: line.text), let host = words.first else {
            translation.remark("a quote does not end", at: line)
            return nil
        }
        guard words.count < 2 || words[1] == "smtp" else {
            let shown = PrintableText(words[1], limitBytes: 40)
            translation.remark("the protocol \(shown) has no counterpart: smtpqd speaks SMTP", at: line)
            return nil
        }
        var options: [String: String] = [:]
        for word in words.dropFirst(2) {
            let parts = word.trimmingDashes.split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            options[parts[0] == "ssl" ? "tls" : String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        let security: RelayRules.Security =
            options["starttls"] != nil ? .startTLS : options["tls"] != nil ? .implicit : .none
        let port = options["port"].map { Int($0) ?? 0 } ?? (security == .implicit ? 465 : 25)
        guard var relay = RelayRules.relay(host: host, port: port, security: security, at: line, &translation)
        else { return nil }
        if let user = options["user"] {
            RelayRules.logIn(&relay, user: user, secret: options["pass"], at: line, &translation)
            if options["auth-login"] != nil { relay["AuthMechanism"] = .text("LOGIN") }
        }
        setCertificates(options, of: &relay, at: line, &translation)
        if let source = options["source"], NameRules.isHostName(source) || NameRules.isAddress(source) {
            relay["LocalHost"] = .text(source)
        }
        RelayRules.finish(&relay, at: line, &translation)
        remark(onOptions: options, at: line, &translation)
        return relay
    }

    private static func setCertificates(
        _ options: [String: String],
        of relay: inout TranslatedRelay,
        at line: SourceLine,
        _ translation: inout Translation
    ) {
        if let path = options["x509cafile"] {
            RelayRules.setPath("TLSCAFile", path, of: &relay, at: line, &translation)
        }
        if let path = options["x509certfile"] {
            RelayRules.setPath("TLSClientCertificate", path, of: &relay, at: line, &translation)
        }
        if let path = options["x509keyfile"] {
            RelayRules.setPath("TLSClientKey", path, of: &relay, at: line, &translation)
        }
    }

    private static func remark(
        onOptions options: [String: String],
        at line: SourceLine,
        _ translation: inout Translation
    ) {
        let known: Set = [
            "port", "user", "pass", "source", "auth-login", "tls", "starttls", "x509certfile", "x509keyfile",
            "x509cafile",
        ]
        for name in options.keys.filter({ !known.contains($0) }).sorted() {
            switch name {
            case "insecure", "tls-anon-auth": translation.remark("\(name): \(RelayRules.verified)", at: line)
            case "x509crlfile": translation.remark("x509crlfile has no counterpart", at: line)
            case "x509fmtder":
                translation.remark("x509fmtder: certificates and keys must be PEM files", at: line)
            default:
                translation.remark("the option \(PrintableText(name, limitBytes: 40)) is not known", at: line)
            }
        }
    }

    // MARK: Pauses

    /// The pause doubles after each attempt, up to the longest.
    private static func setPauses(
        _ first: SourceLine?,
        _ longest: SourceLine?,
        _ translation: inout Translation
    ) {
        guard first != nil || longest != nil else { return }
        let day = 86_400
        guard var pause = RelayRules.seconds(first?.text ?? "60"),
            let limit = RelayRules.seconds(longest?.text ?? "\(day)")
        else {
            translation.remark("these pauses have no counterpart: see RetryIntervals", at: first ?? longest)
            return
        }
        var pauses: [SettingValue] = []
        while pause < limit {
            pauses.append(.number(pause))
            pause *= 2
        }
        translation.settings["RetryIntervals"] = .list(pauses + [.number(limit)])
    }
}

extension String {
    /// The name of an option, with or without the dashes before it.
    fileprivate var trimmingDashes: Substring { hasPrefix("--") ? dropFirst(2) : self[...] }
}
