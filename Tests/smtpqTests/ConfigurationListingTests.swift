// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import DaemonConfiguration
import Foundation
import Spool
import Submission
import Testing

@testable import smtpq

struct ConfigurationListingTests {
    private let listing: ConfigurationListing
    private let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "smtpqd-\(UUID().uuidString).toml").path
        let text = """
            KeepQueue = true

            [[Relay]]
            MailServer = "smtp.example.com"
            User = "app"
            TokenCommand = ["/bin/fetch", "hunter2"]
            """
        try Data(text.utf8).write(to: URL(filePath: path))
        listing = ConfigurationListing(inventory: try ConfigurationLoader.inventory(path: path))
        try FileManager.default.removeItem(atPath: path)
    }

    @Test("Each setting has a line with its value and the place that states it")
    func lines() throws {
        let lines = listing.lines
        #expect(
            lines.contains {
                $0.hasPrefix("KeepQueue ") && $0.contains(" true ") && $0.hasSuffix(" \(path):1")
            }
        )
        #expect(
            lines.contains { $0.hasPrefix("MaxAge ") && $0.contains(" \"5d\" ") && $0.hasSuffix(" default") }
        )
        #expect(lines.contains("[[Relay]] default"))
        #expect(
            lines.contains { $0.hasPrefix("  MailPort ") && $0.contains(" 587 ") && $0.hasSuffix(" default") }
        )
        #expect(lines.contains { $0.hasPrefix("  MaxTransferRate ") && $0.contains(" (no limit) ") })
        #expect(lines.contains { $0.hasPrefix("  TokenCommand ") && $0.contains("[\"/bin/fetch\", …]") })
        #expect(!lines.joined().contains("hunter2"))
    }

    @Test("For programs each is an object with all keys")
    func json() throws {
        let objects = listing.json
        #expect(!objects.map(\.text).joined().contains("hunter2"))
        func object(_ key: String) throws -> JSONValue {
            try #require(objects.first { $0["key"] == .string(key) })
        }
        #expect(
            try object("KeepQueue").text
                == #"{"section":null,"name":null,"key":"KeepQueue","value":true,"text":"true","source":"file","file":"\#(path)","line":1,"column":1}"#
        )
        #expect(try object("MailPort")["value"] == .integer(587))
        #expect(try object("MailPort")["source"] == .string("default"))
        #expect(try object("MailPort")["section"] == .string("Relay"))
        #expect(try object("TokenCommand")["value"] == .null)
        #expect(try object("MaxTransferRate")["text"] == .string("(no limit)"))
    }

    @Test("Settings are explained by name, and a misspelt one is guessed")
    func settings() throws {
        let lines = try ExplainSettings.lines(about: ["mailport", "Name"])
        #expect(lines.first == "#[[Relay]]")
        #expect(lines.contains("#MailPort = 587"))
        #expect(lines.filter { $0.hasPrefix("#Name = ") }.count == 2)
        let failure = #expect(throws: CommandFailure.self) { try ExplainSettings.lines(about: ["MailPrt"]) }
        #expect(failure?.summary == "there is no setting MailPrt: did you mean MailPort?")
    }
}
