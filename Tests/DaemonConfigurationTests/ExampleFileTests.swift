// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Foundation
import SMTPClient
import Testing

@testable import DaemonConfiguration

/// The documents that are written from the table of settings, and what the table promises.
struct ExampleFileTests {
    private static func project(_ path: String) throws -> String {
        let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: project.appending(path: path), encoding: .utf8)
    }

    @Test("etc/smtpqd.toml is what smtpq explain settings prints")
    func example() throws {
        #expect(try Self.project("etc/smtpqd.toml") == SettingsExampleWriter.text())
    }

    @Test("etc/man/smtpqd.toml.5 is what smtpq explain settings --man prints")
    func manualPage() throws {
        #expect(try Self.project("etc/man/smtpqd.toml.5") == SettingsPageWriter.text())
    }

    @Test("The example without its comment signs is a configuration")
    func uncommented() throws {
        let settings = SettingsExampleWriter.text().split(separator: "\n")
            .filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") && $0 != "#" }.map { $0.dropFirst() }
        // Of the sources of a password or a token one is enough; the relays of the route are not there.
        let sources = [
            "PasswordCredential", "PasswordFile", "PasswordCommand", "Token", "TokenCredential", "TokenFile",
            "TokenCommand", "FirewallPasswordCredential", "FirewallPasswordFile",
        ]
        let route = try #require(settings.firstIndex(of: "[[Route]]"))
        for kept in sources.prefix(7) {
            let left = sources.filter { $0 != kept && $0 != "FirewallPasswordFile" }
            let text = settings[..<route].filter { line in !left.contains { line.hasPrefix($0 + " =") } }
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
        let stated = try decode(
            written(SettingsTable.top) + relay + written(SettingsTable.settings(of: "Relay"))
        )
        let silent = try decode(relay)
        #expect(stated.logLevel == silent.logLevel)
        #expect(stated.delivery.queueDirectory == silent.delivery.queueDirectory)
        #expect(stated.delivery.keepQueue == silent.delivery.keepQueue)
        #expect(stated.delivery.maxMessageBytes == silent.delivery.maxMessageBytes)
        #expect(stated.delivery.retry == silent.delivery.retry)
        #expect(stated.delivery.receivedLimit == silent.delivery.receivedLimit)
        #expect(stated.delivery.reports == silent.delivery.reports)
        #expect(stated.delivery.stopGrace == silent.delivery.stopGrace)
        let (first, second) = (stated.delivery.relays[0], silent.delivery.relays[0])
        #expect(first.name == second.name)
        #expect(first.connection == second.connection)
        #expect(first.connections == second.connections)
        #expect(first.messagesPerConnection == second.messagesPerConnection)
        #expect(first.recipientsPerTransaction == second.recipientsPerTransaction)
        #expect(first.weight == second.weight)
        #expect(first.idleTimeout == second.idleTimeout)
    }

    @Test(
        "Each key stands in its section once, says what it does, what is done without it, and has an example"
    )
    func table() {
        let needed = ["MailServer", "Relays"]
        for table in [SettingsTable.settings(of: nil)] + SettingsTable.sections.map(\.settings) {
            #expect(Set(table.map(\.name)).count == table.count)
            for setting in table {
                #expect(setting.meaning.hasSuffix("."), "\(setting.name)")
                #expect(!setting.meaning.contains("\n"), "\(setting.name)")
                #expect(!setting.example.isEmpty, "\(setting.name)")
                #expect((setting.standardInWords == nil) == needed.contains(setting.name), "\(setting.name)")
            }
        }
    }
}
