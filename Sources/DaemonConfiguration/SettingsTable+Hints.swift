// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What was probably meant by a key that does not exist.
extension SettingsTable {
    /// Keys that people try, and what to write instead.
    private static let hints = [
        "password": "passwords do not stand in the configuration: use PasswordCredential or PasswordFile",
        "accesstoken": "did you mean Token?", "oauth2": "did you mean TokenFile?",
        "firewallpassword":
            "passwords do not stand in the configuration: use FirewallPasswordCredential or FirewallPasswordFile",
        "proxy": "did you mean FirewallHost?", "proxyhost": "did you mean FirewallHost?",
        "host": "did you mean MailServer?", "server": "did you mean MailServer?",
        "address": "did you mean MailServer?",
        "relayhost": "did you mean MailServer?", "smarthost": "did you mean MailServer?",
        "port": "did you mean MailPort?",
        "username": "did you mean User?", "login": "did you mean User?",
        "starttls": "did you mean TLS = \"starttls\"?",
        "ssl": "did you mean TLS?", "helo": "did you mean Hello?", "ehlo": "did you mean Hello?",
        "tlsverify": "the relay's certificate is always verified; TLSCAFile names the authorities to trust",
        "insecureskipverify":
            "the relay's certificate is always verified; TLSCAFile names the authorities to trust",
    ]

    /// What to write instead of an unknown key, as far as it can be guessed.
    static func hint(for name: String, in table: [Setting]) -> String? {
        let lowercased = name.lowercased()
        let near = nearest(to: name, in: table)
        if let hint = hints[lowercased]
            ?? (near == nil ? hints.first { EditDistance.between($0.key, lowercased) == 1 }?.value : nil)
        {
            return hint
        }
        if let near { return "did you mean \(near)?" }
        return place(of: name, besides: table).map { "did you mean \($0.key), \($0.place)?" }
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
