// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// All keys of the configuration: what is decoded, checked, explained and documented comes from here.
///
/// The groups stand in extensions; the example `etc/smtpqd.toml` and the manual page smtpqd.toml(5) are written from them.
package enum SettingsTable {
    /// The groups in the order of the documents: those of one section stand together.
    package static let groups: [SettingGroup] = [
        queue, reports, localAddresses, daemon, metrics,
        relayAddress, relayTLS, relayLogin, relayGreeting, relayProxy, relaySocket, relayLimits,
        route,
    ]

    /// The keys outside any section, then the sections themselves.
    package static let top: [Setting] =
        settings(of: nil)
        + sections.map { Setting(name: $0.name, kind: .tables, standard: nil, meaning: "a section") }

    /// The keys of the sections, by their names, in the order of the documents.
    package static let sections: [(name: String, settings: [Setting])] = {
        var names: [String] = []
        for group in groups {
            if let name = group.section, !names.contains(name) { names.append(name) }
        }
        return names.map { ($0, settings(of: $0)) }
    }()

    /// The keys of a section; of the top of the file without a name.
    package static func settings(of section: String?) -> [Setting] {
        groups.filter { $0.section == section }.flatMap(\.settings)
    }

    /// Where a key, or one that is nearly it, stands, if not in this table.
    static func place(of name: String, besides table: [Setting]) -> (key: String, place: String)? {
        let others =
            [("before the first [[Relay]]", top)]
            + sections.map { ("in a [[\($0.name)]] section", $0.settings) }
        for (place, settings) in others where settings != table {
            if let key = nearest(to: name, in: settings.filter({ $0.kind != .tables })) {
                return (key, place)
            }
        }
        return nil
    }

    /// The key of a table that is nearest to a misspelt one, if one is near.
    static func nearest(to name: String, in table: [Setting]) -> String? {
        let ranked = table.map { ($0.name, EditDistance.between(name.lowercased(), $0.name.lowercased())) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(1, min(name.count, best.0.count) / 3)
        else { return nil }
        return best.0
    }
}
