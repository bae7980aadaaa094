// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

extension SettingsTable {
    /// Which relay.
    static let relayAddress = SettingGroup(
        "The relays",
        in: "Relay",
        introduction: """
            Each [[Relay]] section is a relay that takes mail. Without routes all mail goes to the first one, and to the next \
            while it cannot be used.
            """,
        [
            Setting(
                name: "Name",
                kind: .string,
                standard: #""default""#,
                meaning: """
                    What logs, journals, status, routes and Queue-Relay call it: up to 64 letters, digits, points, hyphens \
                    and underscores.
                    """
            ),
            Setting(
                name: "MailServer",
                kind: .string,
                standard: nil,
                example: #""smtp.example.com""#,
                meaning: """
                    Host name or IP address of the relay, the one key that is needed. A * before a name leaves it to the \
                    proxy to resolve it.
                    """
            ),
            Setting(
                name: "MailPort",
                kind: .integer(1...65535),
                standard: "587",
                meaning: #"The port of the relay. It is 465 when TLS is "implicit"."#
            ),
        ]
    )

    /// How it is protected.
    static let relayTLS = SettingGroup(
        "TLS",
        in: "Relay",
        [
            Setting(
                name: "TLS",
                kind: .choice(["none", "starttls", "implicit"]),
                standard: #""starttls""#,
                meaning: """
                    How the connection is protected; "implicit" is TLS from the first byte, and the default on port 465. The \
                    certificate is always verified, and mail is never sent in clear text because TLS did not work out.
                    """
            ),
            Setting(
                name: "TLSCAFile",
                kind: .string,
                standard: nil,
                otherwise: "those of the system",
                example: #""/etc/smtpqd/relay-ca.pem""#,
                meaning: "A PEM file of the certification authorities to trust."
            ),
            Setting(
                name: "TLSServerName",
                kind: .string,
                standard: nil,
                otherwise: "MailServer",
                example: #""smtp.example.com""#,
                meaning: "The name that the certificate must have."
            ),
            Setting(
                name: "TLSClientCertificate",
                kind: .string,
                standard: nil,
                otherwise: "none",
                example: #""/etc/smtpqd/client.pem""#,
                meaning:
                    "A PEM file with a certificate of this host, and its chain, for relays that ask for one."
            ),
            Setting(
                name: "TLSClientKey",
                kind: .string,
                standard: nil,
                otherwise: "none",
                example: #""/etc/smtpqd/client.key""#,
                meaning: "A PEM file with the key of that certificate, readable by smtpq alone."
            ),
            Setting(
                name: "TLSMinimumVersion",
                kind: .choice(["1.2", "1.3"]),
                standard: #""1.2""#,
                meaning: "The oldest TLS version to accept."
            ),
            Setting(
                name: "TLSPinnedKeys",
                kind: .stringList,
                standard: nil,
                otherwise: "any",
                example: #"["sha256//YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg="]"#,
                meaning: """
                    The public keys that the relay may have, besides a certificate that is in order: the SHA-256 hash of \
                    each, as "openssl x509 -in relay.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst \
                    -sha256 -binary | base64" prints it.
                    """
            ),
            Setting(
                name: "TLSProof",
                kind: .choice(["certificate", "key"]),
                standard: #""certificate""#,
                meaning: """
                    What shows who the relay is: its certificate, or with "key" a pinned key alone, and the rest of the \
                    certificate does not count: for a relay that has signed its certificate itself.
                    """
            ),
        ]
    )

    /// How this host greets it.
    static let relayGreeting = SettingGroup(
        "Greeting",
        in: "Relay",
        [
            Setting(
                name: "Hello",
                kind: .string,
                standard: nil,
                otherwise: "the host's own name, with its domain where hostname(1) or /etc/hosts has it",
                example: #""app1.example.com""#,
                meaning: """
                    The name by which this host greets the relay: a host name, or an address literal such as [192.0.2.1].
                    """
            ),
            Setting(
                name: "AllowExtensions",
                kind: .boolean,
                standard: "true",
                meaning: """
                    Greet with EHLO. false is for a relay that knows HELO alone: no STARTTLS, no login, and no other \
                    extension is used.
                    """
            ),
        ]
    )
}
