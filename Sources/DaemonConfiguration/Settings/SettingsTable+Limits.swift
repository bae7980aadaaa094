// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

extension SettingsTable {
    /// How much a relay gets.
    static let relayLimits = SettingGroup(
        "Limits",
        in: "Relay",
        [
            Setting(
                name: "MaxTransferRate",
                kind: .byteCount,
                standard: nil,
                otherwise: "no limit",
                example: #""1MiB""#,
                meaning: "The most bytes of messages sent per second, over all connections to this relay."
            ),
            Setting(
                name: "Weight",
                kind: .integer(1...1000),
                standard: "1",
                meaning: "The share of the mail among relays of the same rank."
            ),
            Setting(
                name: "Connections",
                kind: .integer(1...1000),
                standard: "10",
                meaning: """
                    The most connections at one time. When the relay refuses more connections while others work, fewer are \
                    used for a while.
                    """
            ),
            Setting(
                name: "MessagesPerConnection",
                kind: .integer(0...1_000_000),
                standard: "0",
                meaning: "The messages sent over one connection before it is closed; 0 is no limit."
            ),
            Setting(
                name: "RecipientsPerTransaction",
                kind: .integer(0...1000),
                standard: "0",
                meaning: """
                    The recipients that one copy of a message is sent for. 0 leaves it to the relay: what it announces \
                    (LIMITS), else 100.
                    """
            ),
            Setting(
                name: "MessagesPerSecond",
                kind: .integer(1...100_000),
                standard: nil,
                otherwise: "no limit",
                example: "10",
                meaning: """
                    The most messages in any second, exactly. What was sent before a restart is not known any more.
                    """
            ),
            Setting(
                name: "MessagesPerHour",
                kind: .integer(1...100_000),
                standard: nil,
                otherwise: "no limit",
                example: "500",
                meaning: "The most messages in any hour, in the same way."
            ),
            Setting(
                name: "IdleTimeout",
                kind: .duration,
                standard: #""30s""#,
                meaning: "How long a connection without work is kept open."
            ),
        ]
    )

    /// Which relay gets what.
    static let route = SettingGroup(
        "Routes",
        in: "Route",
        introduction: """
            Each [[Route]] section says which relays take which mail. Without any, all relays take all mail: the first one, \
            and the next while it cannot be used. The first route that matches sender and recipient is taken, and the last \
            one is for all the rest: it has neither key. A message that names a relay itself (Queue-Relay) goes to that one \
            alone.
            """,
        [
            Setting(
                name: "Name",
                kind: .string,
                standard: nil,
                otherwise: "its number",
                example: #""invoices""#,
                meaning: "What status and logs call it."
            ),
            Setting(
                name: "Sender",
                kind: .strings,
                standard: nil,
                otherwise: "all",
                example: #"["@billing.example.com", "boss@example.com"]"#,
                meaning: """
                    The senders that it is for: "alice@example.org", "@example.org", "@.example.org" for the domains below \
                    it, or "<>", the sender of reports.
                    """
            ),
            Setting(
                name: "Recipient",
                kind: .strings,
                standard: nil,
                otherwise: "all",
                example: #""@example.org""#,
                meaning: "The recipients that it is for, written in the same way."
            ),
            Setting(
                name: "Relays",
                kind: .ranks,
                standard: nil,
                example: #"["primary", ["backup1", "backup2"]]"#,
                meaning: """
                    The names of the relays in order of preference; this key is needed. Those in a list of their own share \
                    the mail, each by its Weight.
                    """
            ),
        ]
    )
}
