// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import Delivery

/// Translates a Postfix that only passes mail on: `main.cf`, and the tables that it names.
///
/// - SeeAlso: postconf(5), STANDARD_CONFIGURATION_README "null client"
package enum PostfixReader {
    /// The translation of `main.cf`.
    package static func translation(
        of path: String,
        files: SourceFiles = .actual
    ) throws(MigrationError) -> Translation {
        var translation = Translation()
        let parameters = PostfixParameters(try files.text(path), file: path, &translation)
        let reader = PostfixRelayReader(
            parameters: parameters,
            passwords: try PostfixTable("smtp_sasl_password_maps", of: parameters, files: files, &translation)
        )
        guard let host = parameters["relayhost"], let line = parameters.line("relayhost") else {
            throw MigrationError(
                path,
                "names no relayhost: smtpqd sends to a relay, not to the servers of the recipients"
            )
        }
        guard let relay = reader.relay(host, at: line, &translation) else {
            throw MigrationError(path, "names no relayhost that can be used")
        }
        let main = try translation.add(relay, named: reader.name(host), from: path)
        var all = [main]
        for host in parameters["smtp_fallback_relay"]?.split(whereSeparator: { $0.isWhitespace || $0 == "," })
            ?? []
        {
            let line = parameters.line("smtp_fallback_relay") ?? line
            guard let relay = reader.relay(String(host), at: line, &translation) else { continue }
            all.append(try translation.add(relay, named: reader.name(String(host)), from: path))
        }
        try addRoutes(reader, host, all, path, files, &translation)
        if let first = translation.relays.first, first["TLS"] != .text("none") {
            reader.remarkOnTLS(&translation)
        }
        try PostfixSettings.set(parameters, files: files, &translation)
        return translation
    }

    // MARK: Routes

    /// Mail of some recipients, then of some senders, goes elsewhere: in the order in which Postfix looks.
    private static func addRoutes(
        _ reader: PostfixRelayReader,
        _ host: String,
        _ all: [String],
        _ path: String,
        _ files: SourceFiles,
        _ translation: inout Translation
    ) throws(MigrationError) {
        let parameters = reader.parameters
        for entry in try PostfixTable("transport_maps", of: parameters, files: files, &translation).entries {
            guard let hop = entry.value.hasPrefix("smtp:") ? String(entry.value.dropFirst(5)) : nil,
                !hop.isEmpty,
                let recipient = pattern(entry.key, isTransport: true)
            else {
                translation.remark("transport_maps: this entry has no counterpart", at: entry.line)
                continue
            }
            try addRoute(nil, recipient, hop, reader, entry.line, path, &translation)
        }
        let senders = try PostfixTable(
            "sender_dependent_relayhost_maps",
            of: parameters,
            files: files,
            &translation
        )
        for entry in senders.entries {
            guard let sender = pattern(entry.key, isTransport: false) else {
                translation.remark(
                    "sender_dependent_relayhost_maps: this sender has no counterpart",
                    at: entry.line
                )
                continue
            }
            let hop = entry.value.hasPrefix("smtp:") ? String(entry.value.dropFirst(5)) : entry.value
            try addRoute(sender, nil, hop == "DUNNO" ? host : hop, reader, entry.line, path, &translation)
        }
        if parameters.isYes("smtp_sender_dependent_authentication") {
            for entry in reader.passwords.entries
            where entry.key.contains("@") && senders.first(of: [entry.key]) == nil {
                guard let sender = pattern(entry.key, isTransport: false) else { continue }
                try addRoute(sender, nil, host, reader, entry.line, path, &translation)
            }
        }
        if !translation.routes.isEmpty { try translation.add(TranslatedRoute(relays: all), from: path) }
    }

    private static func addRoute(
        _ sender: String?,
        _ recipient: String?,
        _ hop: String,
        _ reader: PostfixRelayReader,
        _ line: SourceLine,
        _ path: String,
        _ translation: inout Translation
    ) throws(MigrationError) {
        guard let relay = reader.relay(hop, for: sender, at: line, &translation) else { return }
        let same = translation.relays.first { $0.isSame(as: relay) }
        let name: String
        if let same {
            name = same.name
        } else {
            name = try translation.add(relay, named: reader.name(hop), from: path)
        }
        try translation.add(TranslatedRoute(sender: sender, recipient: recipient, relays: [name]), from: path)
    }

    /// The pattern of a route; nil for what has none.
    ///
    /// A transport table has domains without `@`.
    private static func pattern(_ key: String, isTransport: Bool) -> String? {
        let text = isTransport && !key.contains("@") ? "@" + key : key
        return RoutePattern(text) == nil ? nil : text
    }
}
