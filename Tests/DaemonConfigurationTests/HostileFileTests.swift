// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import SMTPClient
import Testing

@testable import DaemonConfiguration

/// Files that are wrong in ways that a parser might not bear.
struct HostileFileTests {
    @Test(
        "A file that is no configuration is refused with its place",
        arguments: [
            ("a = " + String(repeating: "[", count: 20_000), "main.toml:1:"),
            ("a = " + String(repeating: "{b=", count: 20_000), "main.toml:1:"),
            ("[" + String(repeating: "a.", count: 400_000) + "a]", "main.toml:1:1: nests deeper"),
            (String(repeating: "a.", count: 400_000) + "a = 1", "main.toml:1:1: nests deeper"),
            ("\u{FEFF}\u{FEFF}KeepQueue = true", "main.toml:1:"),
            ("KeepQueue = true\r\rMaxAge = 1", "main.toml:"),
            ("KeepQueue = true MaxAge = 1", "main.toml:1:"),
            ("MaxAge = \"\\x41\"", "main.toml:1:"),
            ("MaxAge = \"\\ud800\"", "main.toml:1:"),
            ("MaxAge = \"1d", "main.toml:1:"),
            ("MaxAge = 99999999999999999999", "main.toml:1:"),
            ("KeepQueue = true\nKeepQueue = true", "main.toml:2:"),
            ("[Relay]\n[[Relay]]", "main.toml:2:"),
            ("Relay.MailServer = \"x\"", "main.toml:1:1: Relay: expected sections"),
            ("Relay = []", "main.toml: no [[Relay]] section"),
            ("[[Relay.Name]]", "main.toml:1:1: Relay: expected sections"),
            (
                "[[Relay]]\nMailServer = [\"a\", \"b\"]",
                "main.toml:2:1: MailServer: expected a string in quotes"
            ),
            ("[[Relay]]\nMailServer.Host = \"a\"", "main.toml:2:1: MailServer: expected a string in quotes"),
            ("[[Relay]]\n\"Mail\\nServer\" = \"a\"", "main.toml:"),
        ]
    )
    func refused(text: String, beginning: String) {
        #expect(problem(text + "\n").hasPrefix(beginning), "\(problem(text + "\n"))")
    }

    @Test("A relay in one line is one, and its mistakes have their place")
    func inline() throws {
        let settings = try decode(
            "Relay = [{ MailServer = \"a.example\" }, { Name = \"b\", MailServer = \"b.example\" }]\n"
        )
        #expect(settings.delivery.relays.map(\.connection.relay.host) == ["a.example", "b.example"])
        #expect(
            problem("Relay = [{ MailServer = \"a.example\", Port = 1 }]\n").hasPrefix(
                "main.toml:1:38: unknown key Port"
            )
        )
    }

    @Test("Line ends of Windows and a byte order mark do no harm")
    func otherEditors() throws {
        #expect(
            try decode("\u{FEFF}KeepQueue = true\r\n" + relay.replacing("\n", with: "\r\n")).delivery
                .keepQueue
        )
    }
}
