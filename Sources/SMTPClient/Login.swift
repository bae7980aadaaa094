// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Who logs in at a relay, and how.
package struct Login: Hashable, Sendable {
    /// The login name; empty where a certificate or a ticket says who logs in.
    package var user: String
    /// The password, if there is one.
    package var password: Secret?
    /// The program that prints the password, if there is one; it is run for each connection.
    package var passwordCommand: SecretCommand?
    /// Where the bearer token comes from, if there is one.
    package var token: TokenSource?
    /// The identity to act as; nil is that of the login name (RFC 4422 §2).
    package var authorizationIdentity: String?
    /// How the mechanism is chosen.
    package var mechanism: AuthMechanism

    /// A login.
    package init(
        user: String,
        password: Secret? = nil,
        passwordCommand: SecretCommand? = nil,
        token: TokenSource? = nil,
        authorizationIdentity: String? = nil,
        mechanism: AuthMechanism = .auto
    ) {
        self.user = user
        self.password = password
        self.passwordCommand = passwordCommand
        self.token = token
        self.authorizationIdentity = authorizationIdentity
        self.mechanism = mechanism
    }

    /// The names of the mechanisms it may use, best first: at least one.
    ///
    /// | what it has | without a choice |
    /// |---|---|
    /// | password | SCRAM-SHA-256, SCRAM-SHA-1, DIGEST-MD5, CRAM-MD5, then PLAIN, LOGIN |
    /// | token | OAUTHBEARER, XOAUTH2, after those that hide the password |
    /// | client certificate alone | EXTERNAL, GSSAPI |
    /// | nothing | GSSAPI |
    ///
    /// NTLM is used only when it is named.
    func mechanismNames(hasClientCertificate: Bool) -> [String] {
        if let names = mechanism.names { return names }
        let automatic = SASLMechanism.allCases.filter { mechanism in
            switch mechanism {
            case .ntlm: false
            case .external: hasClientCertificate && hasNoSecret
            case .gssapi: hasNoSecret
            default: mechanism.proof == .token ? token != nil : hasPassword
            }
        }
        return automatic.map(\.rawValue)
    }

    /// Whether there is a password, or will be.
    package var hasPassword: Bool { password != nil || passwordCommand != nil }

    private var hasNoSecret: Bool { !hasPassword && token == nil }
}
