// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Testing

@testable import DaemonConfiguration

/// `[[Route]]` sections.
struct RouteDecoderTests {
    private static let relays = ["a", "b", "c"].map {
        "[[Relay]]\nName = \"\($0)\"\nMailServer = \"\($0).example\"\n"
    }
    .joined()

    @Test("Relays stand in order of preference, equal ones in a list of their own")
    func ranks() throws {
        let routes = try decode(
            Self.relays + """
                [[Route]]
                Name = "bills"
                Sender = ["@billing.example", "<>"]
                Recipient = "bob@example.org"
                Relays = ["b", ["c", "a"]]
                [[Route]]
                Relays = "a"
                """
        ).delivery.routes
        #expect(
            routes == [
                Route(
                    name: "bills",
                    senders: [.domain("billing.example"), .nullSender],
                    recipients: [.address("bob@example.org")],
                    ranks: [[1], [2, 0]]
                ),
                Route(name: "route 2", ranks: [[0]]),
            ]
        )
    }

    @Test("Rates and limits of a relay are those that are stated")
    func limits() throws {
        let relay = try decode(
            "[[Relay]]\nMailServer = \"a.example\"\nWeight = 3\nRecipientsPerTransaction = 7\nMessagesPerSecond = 2\nMessagesPerHour = 500\n"
        ).delivery.relays[0]
        #expect(relay.weight == 3)
        #expect(relay.recipientsPerTransaction == 7)
        #expect(relay.rates == [RateLimit(2, per: .seconds(1)), RateLimit(500, per: .seconds(3600))])
    }

    @Test(
        "A route that cannot be meant is refused with the reason",
        arguments: [
            ("Relays = []", "Relays: expected names in order of preference"),
            ("Relays = [[]]", "Relays: expected names in order of preference"),
            ("Relays = [1]", "Relays: expected names in order of preference"),
            ("Relays = [\"d\"]", "no [[Relay]] has the Name \"d\"; there are a, b, c"),
            ("Relays = [\"a\", \"a\"]", "names a relay twice"),
            ("Name = \"x\"", "Relays is missing"),
            (
                "Sender = \"example.org\"\nRelays = \"a\"",
                "\"example.org\" is no address, @domain or @.domain"
            ),
            ("Recipient = \"<>\"\nRelays = \"a\"", "\"<>\" is no address"),
            (
                "Sender = \"@a.example\"\nRelays = \"a\"",
                "the last [[Route]] is for the mail that no other takes"
            ),
            ("Weight = 2\nRelays = \"a\"", "Weight belongs in a [[Relay]] section"),
            ("Relay = \"a\"", "unknown key Relay in [[Route]]: did you mean Relays?"),
        ]
    )
    func refused(text: String, reason: String) throws {
        do throws(ConfigurationError) {
            _ = try decode(Self.relays + "[[Route]]\n" + text)
            Issue.record("accepted")
        } catch {
            #expect(error.description.contains(reason), "\(error)")
            #expect(error.position != nil)
        }
    }

    @Test("Two relays of one name are refused, two of different names are not")
    func names() throws {
        #expect(try decode(Self.relays).delivery.relays.map(\.name) == ["a", "b", "c"])
        #expect(throws: ConfigurationError.self) { try decode(Self.relays + Self.relays) }
    }
}
