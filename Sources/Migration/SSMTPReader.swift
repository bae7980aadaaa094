// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import Delivery
internal import MailMessage

/// Translates the configuration of ssmtp: `ssmtp.conf`, and `revaliases` beside it.
///
/// - SeeAlso: ssmtp.conf(5)
package enum SSMTPReader {
    /// Keys with no counterpart, and what there is instead.
    private static let left = [
        "fromlineoverride": "the From of a message stays as the application has written it",
        "tls_ca_dir": "TLSCAFile takes a file, not a folder",
        "minuserid": "it has no counterpart", "debug": "see LogLevel",
    ]

    /// The translation of `ssmtp.conf`.
    package static func translation(
        of path: String,
        files: SourceFiles = .actual
    ) throws(MigrationError) -> Translation {
        var translation = Translation()
        var keys: [String: (value: String, line: SourceLine)] = [:]
        for line in SourceLine.lines(of: try files.text(path), file: path) {
            // A value ends at the first blank, = or #, a password too.
            let text = line.text.prefix { $0 != "#" }
            let key = text.prefix { $0 != "=" && !$0.isWhitespace }
            let value = text.dropFirst(key.count).drop { $0 == "=" || $0.isWhitespace }
                .prefix { $0 != "=" && !$0.isWhitespace }
            guard !key.isEmpty, !value.isEmpty else {
                translation.remark("is no KEY=VALUE", at: line)
                continue
            }
            keys[key.lowercased()] = (String(value), line)
        }
        guard let hub = keys["mailhub"] else { throw MigrationError(path, "names no mailhub") }
        guard let relay = relay(at: hub.value, hub.line, keys, &translation) else {
            throw MigrationError(path, "names no mailhub that can be used")
        }
        let name = try translation.add(relay.relay, named: relay.host, from: path)
        remark(on: keys, &translation)
        if let root = keys["root"] {
            AddressRules.addAlias("root", [root.value], at: root.line, &translation)
        }
        if let domain = keys["rewritedomain"] ?? keys["hostname"] {
            AddressRules.setDomain(domain.value, at: domain.line, &translation)
        }

        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let aliases = folder + "/revaliases"
        if let text = try files.textIfThere(aliases) {
            for line in SourceLine.lines(of: text, file: aliases) {
                try addRoute(line, keys, path, &translation)
            }
        }
        if !translation.routes.isEmpty { try translation.add(TranslatedRoute(relays: [name]), from: path) }
        return translation
    }

    private static func relay(
        at hub: String,
        _ line: SourceLine,
        _ keys: [String: (value: String, line: SourceLine)],
        _ translation: inout Translation
    ) -> (relay: TranslatedRelay, host: String)? {
        let parts = hub.split(separator: ":", maxSplits: 1)
        let host = String(parts.first ?? "")
        func isSet(_ key: String) -> Bool { keys[key]?.value.lowercased() == "yes" }
        // UseSTARTTLS means TLS by itself.
        let security: RelayRules.Security =
            isSet("usestarttls") ? .startTLS : isSet("usetls") ? .implicit : .none
        let port = parts.count > 1 ? Int(parts[1]) ?? 0 : 25
        guard var relay = RelayRules.relay(host: host, port: port, security: security, at: line, &translation)
        else { return nil }
        if let user = keys["authuser"] {
            let password = keys["authpass"]
            let place = password?.line ?? user.line
            RelayRules.logIn(&relay, user: user.value, secret: password?.value, at: place, &translation)
            switch keys["authmethod"]?.value.lowercased() {
            case "cram-md5": relay["AuthMechanism"] = .text("CRAM-MD5")
            case "login": relay["AuthMechanism"] = .text("LOGIN")
            default: break
            }
        }
        if let name = keys["hostname"] {
            RelayRules.setHello(name.value, of: &relay, at: name.line, &translation)
        }
        if security != .none { setCertificates(keys, of: &relay, &translation) }
        RelayRules.finish(&relay, at: line, &translation)
        return (relay, host)
    }

    private static func setCertificates(
        _ keys: [String: (value: String, line: SourceLine)],
        of relay: inout TranslatedRelay,
        _ translation: inout Translation
    ) {
        if let file = keys["tls_ca_file"] {
            RelayRules.setPath("TLSCAFile", file.value, of: &relay, at: file.line, &translation)
        } else if let tls = keys["usetls"] ?? keys["usestarttls"], translation.relays.isEmpty {
            translation.remark(RelayRules.verified, at: tls.line)
        }
        for (name, key) in [("tlscert", "TLSClientCertificate"), ("tlskey", "TLSClientKey")] {
            guard let file = keys[name] else { continue }
            RelayRules.setPath(key, file.value, of: &relay, at: file.line, &translation)
        }
    }

    private static func remark(
        on keys: [String: (value: String, line: SourceLine)],
        _ translation: inout Translation
    ) {
        let known: Set = [
            "mailhub", "root", "rewritedomain", "usetls", "usestarttls", "usetlscert", "authuser", "authpass",
            "authmethod",
            "hostname", "tls_ca_file",
            "tlscert", "tlskey",
        ]
        for (key, found) in keys.sorted(by: { $0.value.line.number < $1.value.line.number })
        where !known.contains(key) {
            let shown = PrintableText(key, limitBytes: 40)
            translation.remark("\(shown): \(left[key] ?? "it is not known")", at: found.line)
        }
    }

    /// A line of `revaliases`, `user:address:mailhub`: the user sends under the address, and its mail goes to that hub.
    private static func addRoute(
        _ line: SourceLine,
        _ keys: [String: (value: String, line: SourceLine)],
        _ path: String,
        _ translation: inout Translation
    ) throws(MigrationError) {
        let parts = line.text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(
            \.trimmed
        )
        guard parts.count > 1, parts[1].contains("@"), RoutePattern(parts[1]) != nil else {
            translation.remark("is no USER:ADDRESS:MAILHUB", at: line)
            return
        }
        AddressRules.addSender(parts[0], parts[1], at: line, &translation)
        guard parts.count > 2, let relay = relay(at: parts[2], line, keys, &translation) else { return }
        let same = translation.relays.first {
            $0["MailServer"] == relay.relay["MailServer"] && $0["MailPort"] == relay.relay["MailPort"]
        }
        let name: String
        if let same {
            name = same.name
        } else {
            name = try translation.add(relay.relay, named: relay.host, from: path)
        }
        try translation.add(TranslatedRoute(sender: parts[1], relays: [name]), from: path)
    }
}
