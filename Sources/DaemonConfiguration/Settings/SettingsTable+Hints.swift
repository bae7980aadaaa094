// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

extension SettingsTable {
    private static let passwordHint =
        "passwords do not stand in the configuration: use PasswordCredential, PasswordFile or PasswordCommand"
    private static let verifyHint =
        "the relay's certificate is always verified; TLSCAFile names the authorities to trust"

    /// Keys that people try, and what to write instead.
    private static let hints = [
        "password": passwordHint,
        "accesstoken": "did you mean Token?", "oauth2": "did you mean TokenFile?",
        "firewallpassword":
            "passwords do not stand in the configuration: use FirewallPasswordCredential or FirewallPasswordFile",
        "proxy": "did you mean FirewallHost?", "proxyhost": "did you mean FirewallHost?",
        "host": "did you mean MailServer?", "server": "did you mean MailServer?",
        "address": "did you mean MailServer?",
        "relayhost": "did you mean MailServer?", "smarthost": "did you mean MailServer?",
        "port": "did you mean MailPort?",
        "username": "did you mean User?", "login": "did you mean User?",
        "passwordeval": "did you mean PasswordCommand?",
        "starttls": "did you mean TLS = \"starttls\"?",
        "ssl": "did you mean TLS?", "helo": "did you mean Hello?", "ehlo": "did you mean Hello?",
        "tlsverify": verifyHint, "insecureskipverify": verifyHint,
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
}
