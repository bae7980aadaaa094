// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient

extension SettingsTable {
    /// Who logs in, and with which secret.
    static let relayLogin = SettingGroup(
        "Login",
        in: "Relay",
        introduction: """
            A credential comes from the service manager: put it into /etc/credstore/smtpqd.relay-password (root, mode 0600) \
            and restart the service. A file with a secret must belong to smtpq and be readable by nobody else, not even the \
            group, whose members are the applications that send mail. A command is the absolute path of a program with its \
            arguments, no shell; it prints the secret on one line and has 10 seconds. The unit's sandbox lets the daemon run \
            it with ExecPaths=/usr/local/bin/fetch-token, and its interpreter if it has one, in a drop-in (systemctl edit \
            smtpqd).
            """,
        [
            Setting(
                name: "User",
                kind: .string,
                standard: nil,
                otherwise: "no login",
                example: #""app@example.com""#,
                meaning: "The login name. With it nothing is ever sent without the login."
            ),
            Setting(
                name: "PasswordCredential",
                kind: .string,
                standard: nil,
                otherwise: "none",
                example: #""relay-password""#,
                meaning: """
                    The name of the credential (LoadCredential= of the unit) that holds the password. Of the three Password \
                    keys one can stand.
                    """
            ),
            Setting(
                name: "PasswordFile",
                kind: .string,
                standard: nil,
                otherwise: "none",
                example: #""/etc/smtpqd/relay-password""#,
                meaning: "The file that holds the password."
            ),
            Setting(
                name: "PasswordCommand",
                kind: .command,
                standard: nil,
                otherwise: "none",
                example: #"["/usr/local/bin/fetch-password", "app@example.com"]"#,
                meaning: "The program that prints the password, run for each connection."
            ),
            Setting(
                name: "Token",
                kind: .secret,
                standard: nil,
                otherwise: "none",
                example: #""ya29.vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg""#,
                meaning: """
                    A bearer token (OAuth 2.0) in place of a password; the configuration file must then be readable by smtpq \
                    alone. Of the four Token keys one can stand.
                    """
            ),
            Setting(
                name: "TokenCredential",
                kind: .string,
                standard: nil,
                otherwise: "none",
                example: #""relay-token""#,
                meaning: "The name of the credential that holds the token, read for each connection."
            ),
            Setting(
                name: "TokenFile",
                kind: .string,
                standard: nil,
                otherwise: "none",
                example: #""/run/relay-token/token""#,
                meaning: """
                    The file that holds the token, read for each connection, so that a refreshed token needs no reload.
                    """
            ),
            Setting(
                name: "TokenCommand",
                kind: .command,
                standard: nil,
                otherwise: "none",
                example: #"["/usr/local/bin/fetch-token", "--account", "app@example.com"]"#,
                meaning: "The program that prints the token, run for each connection."
            ),
            Setting(
                name: "AuthorizationIdentity",
                kind: .string,
                standard: nil,
                otherwise: "that of the login",
                example: #""list@example.com""#,
                meaning: "The identity to act as."
            ),
            Setting(
                name: "AuthMechanism",
                kind: .words(["auto"] + SASLMechanism.allCases.map(\.rawValue)),
                standard: #""auto""#,
                meaning: """
                    The login mechanism, or a list in order of preference. OAUTHBEARER and XOAUTH2 take a token, EXTERNAL the \
                    client certificate, GSSAPI a Kerberos ticket, best from a client keytab (Environment=KRB5_CLIENT_KTNAME=… \
                    in the unit), the others a password. "auto" takes the strongest that both sides have, but NTLM and GSSAPI \
                    only when they are named, and EXTERNAL without a name only where there is neither password nor token. \
                    After a refusal no weaker one is tried.
                    """
            ),
            Setting(
                name: "AllowClearTextLogin",
                kind: .boolean,
                standard: "false",
                meaning: "Whether the password or token may go over the wire without TLS. Think twice."
            ),
        ]
    )
}
