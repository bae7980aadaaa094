// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import DaemonConfiguration
internal import Delivery

/// Translates the configuration of msmtp: each account becomes a relay.
///
/// - SeeAlso: msmtp(1)
package enum MSMTPReader {
    /// The translation of a configuration file.
    package static func translation(
        of path: String,
        files: SourceFiles = .actual
    ) throws(MigrationError) -> Translation {
        var translation = Translation()
        let accounts = try MSMTPAccounts(try files.text(path), file: path, &translation)
        var names: [String: String] = [:]
        for account in accounts.all {
            // `account default : work` with nothing of its own is another name for it.
            if let same = account.sameAs, let name = names[same] {
                names[account.name] = name
            } else {
                let reader = MSMTPAccountReader(account: account, files: files)
                guard let relay = reader.relay(&translation) else { continue }
                names[account.name] = try translation.add(relay, named: account.name, from: path)
            }
        }
        guard !translation.relays.isEmpty else {
            throw MigrationError(path, "names no account that can be used")
        }
        if let aliases = accounts.all.lazy.compactMap({ $0["aliases"] }).first {
            let path = files.expanded(aliases.value)
            if path.hasPrefix("/"), !RelayRules.hasControls(path) {
                translation.settings["AliasFile"] = .text(path)
            }
        }
        if let domain = accounts.all.lazy.compactMap({ $0["maildomain"] }).first {
            AddressRules.setDomain(domain.value, at: domain.line, &translation)
        }
        try addRoutes(accounts, names, path, &translation)
        return translation
    }

    /// The first account with the sender takes a message, and the default account all others.
    private static func addRoutes(
        _ accounts: MSMTPAccounts,
        _ names: [String: String],
        _ path: String,
        _ translation: inout Translation
    ) throws(MigrationError) {
        let standard = names["default"] ?? translation.relays[0].name
        guard translation.relays.count > 1 else { return }
        for account in accounts.all where account.sameAs == nil {
            guard let from = account["from"], let name = names[account.name] else { continue }
            guard RoutePattern(from.value) != nil, !from.value.contains("*"), !from.value.contains("%") else {
                translation.remark(
                    "from: only mail from a full address, or @domain, can be routed",
                    at: from.line
                )
                continue
            }
            try translation.add(TranslatedRoute(sender: from.value, relays: [name]), from: path)
        }
        try translation.add(TranslatedRoute(relays: [standard]), from: path)
        if names["default"] == nil {
            translation.remark("there is no default account: mail that matches none goes to \(standard)")
        }
    }
}
