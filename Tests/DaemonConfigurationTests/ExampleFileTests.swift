// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Foundation
import SMTPClient
import Testing

@testable import DaemonConfiguration

/// The example in `etc/` and the table of settings tell the same.
struct ExampleFileTests {
    private let lines: [String]

    init() throws {
        let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let example = project.appending(path: "etc/smtpqd.toml")
        lines = try String(contentsOf: example, encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        ).map(String.init)
    }

    /// What the example shows of settings: the lines that begin with `#` and no blank, without the `#`.
    private var settings: [String] {
        lines.filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") && $0 != "#" }.map { String($0.dropFirst()) }
    }

    @Test("Everything in the example is a comment")
    func onlyComments() {
        #expect(lines.allSatisfy { $0.isEmpty || $0.hasPrefix("#") })
    }

    @Test(
        "The example shows every key of the table, in its order, with its default",
        arguments: ["top", "[[Relay]]", "[[Route]]"]
    )
    func everyKey(section: String) throws {
        let heads = settings.indices.filter { settings[$0].hasPrefix("[[") }
        let parts = [
            "top": (SettingsTable.top.filter { $0.kind != .tables }, settings[..<heads[0]]),
            "[[Relay]]": (SettingsTable.relay, settings[(heads[0] + 1)..<heads[1]]),
            "[[Route]]": (SettingsTable.route, settings[(heads[1] + 1)...]),
        ]
        #expect(heads.map { settings[$0] } == ["[[Relay]]", "[[Route]]"])
        let (table, shown) = try #require(parts[section])
        #expect(shown.map { $0.prefix { $0 != " " } } == table.map { $0.name[...] })
        for (line, setting) in zip(shown, table) {
            if let standard = setting.standard { #expect(line == "\(setting.name) = \(standard)") }
        }
    }

    @Test("The example without its comment signs is a configuration")
    func uncommented() throws {
        // Of the sources of a password or a token one is enough.
        let sources = [
            "PasswordFile", "PasswordCredential", "Token", "TokenCredential", "TokenFile", "TokenCommand",
        ]
        for kept in sources {
            let left = sources.filter { $0 != kept }
            let route = try #require(settings.firstIndex(of: "[[Route]]"))
            let text = settings[..<route].filter { line in !left.contains { line.contains($0 + " =") } }
                .joined(separator: "\n")
            let relay = try decode(text).delivery.relays[0]
            #expect(relay.connection.login?.user == "app@example.com")
        }
    }

    @Test("The defaults that the table shows are those in force")
    func defaultsInForce() throws {
        func written(_ table: [Setting]) -> String {
            table.compactMap { setting in setting.standard.map { "\(setting.name) = \($0)\n" } }.joined()
        }
        let stated = try decode(written(SettingsTable.top) + relay + written(SettingsTable.relay))
        let silent = try decode(relay)
        #expect(stated.logLevel == silent.logLevel)
        #expect(stated.delivery.queueDirectory == silent.delivery.queueDirectory)
        #expect(stated.delivery.keepQueue == silent.delivery.keepQueue)
        #expect(stated.delivery.maxMessageBytes == silent.delivery.maxMessageBytes)
        #expect(stated.delivery.retry == silent.delivery.retry)
        #expect(stated.delivery.stopGrace == silent.delivery.stopGrace)
        #expect(stated.delivery.relays[0].name == silent.delivery.relays[0].name)
        #expect(stated.delivery.relays[0].connection == silent.delivery.relays[0].connection)
        #expect(stated.delivery.relays[0].connections == silent.delivery.relays[0].connections)
        #expect(
            stated.delivery.relays[0].messagesPerConnection == silent.delivery.relays[0].messagesPerConnection
        )
        #expect(stated.delivery.relays[0].weight == silent.delivery.relays[0].weight)
        #expect(stated.delivery.relays[0].idleTimeout == silent.delivery.relays[0].idleTimeout)
    }

    @Test("Each key stands in the table once and says what it does")
    func table() {
        for table in [SettingsTable.top, SettingsTable.relay, SettingsTable.route] {
            #expect(Set(table.map(\.name)).count == table.count)
            #expect(table.allSatisfy { !$0.meaning.isEmpty })
        }
        #expect(Set(SettingsTable.top.map(\.name)).isDisjoint(with: SettingsTable.relay.map(\.name)))
    }
}
