// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import DaemonConfiguration

/// Which value is in force, and where it comes from.
struct InventoryTests {
    private func inventory(_ texts: String...) throws -> [SettingInForce] {
        var decoder = SettingsDecoder(host: .invented)
        for (number, text) in texts.enumerated() {
            try decoder.add(text, file: number == 0 ? "main.toml" : "\(number).toml")
        }
        return try decoder.inventory(mainFile: "main.toml").settings
    }

    private func found(
        _ key: String,
        in section: String? = nil,
        _ name: String? = nil,
        _ all: [SettingInForce]
    ) -> String? {
        all.first { $0.setting.name == key && $0.section == section && $0.name == name }.map { each in
            let value = each.value?.description ?? "none"
            guard case .file(let file, let position) = each.origin else { return "\(value) by default" }
            return "\(value) from \(file):\(position?.line ?? 0)"
        }
    }

    @Test("A value comes from the last file that states it, or is the default")
    func origins() throws {
        let all = try inventory(
            "KeepQueue = true\nMaxAge = \"1d\"\n" + relay + "User = \"u\"\nPasswordFile = \"/p\"\n",
            "\nMaxAge = 60\nRetryIntervals = [1, \"2min\"]\n[[Relay]]\nName = \"b\"\nMailServer = \"b.example\"\nTLS = \"implicit\"\n"
                + "[[Route]]\nRelays = [\"b\", [\"default\"]]\n"
        )
        for (key, section, name, expected) in [
            ("KeepQueue", nil, nil, "true from main.toml:1"), ("MaxAge", nil, nil, "60 from 1.toml:2"),
            ("RetryIntervals", nil, nil, "[1, \"2min\"] from 1.toml:3"),
            ("QueueDir", nil, nil, "\"/var/spool/smtpq\" by default"),
            ("ReportFrom", nil, nil, "none by default"),
            ("MailServer", "Relay", "default", "\"smtp.example.com\" from main.toml:4"),
            ("MailPort", "Relay", "default", "587 by default"),
            ("Hello", "Relay", "default", "\"host.example\" by default"),
            ("PasswordFile", "Relay", "default", "\"/p\" from main.toml:6"),
            // What follows from another key.
            ("MailPort", "Relay", "b", "465 by default"), ("TLS", "Relay", "b", "\"implicit\" from 1.toml:7"),
            ("Relays", "Route", "route 1", "[\"b\", [\"default\"]] from 1.toml:9"),
            ("Name", "Route", "route 1", "\"route 1\" by default"),
        ] as [(String, String?, String?, String)] {
            #expect(found(key, in: section, name, all) == expected, "\(key)")
        }
        let relayKeys = SettingsTable.settings(of: "Relay").count
        #expect(
            all.count == SettingsTable.settings(of: nil).count + 2 * relayKeys
                + SettingsTable.settings(of: "Route").count
        )
    }

    @Test("Of a table each file is shown: a later one overrides single names")
    func tables() throws {
        let all = try inventory(
            "Aliases = { root = \"a@b.example\" }\n" + relay,
            "[Aliases]\nbob = [\"c@d.example\"]\n"
        )
        #expect(
            all.filter { $0.setting.name == "Aliases" }.map { "\($0.value?.description ?? "")" } == [
                "{ \"root\" = \"a@b.example\" }", "{ \"bob\" = [\"c@d.example\"] }",
            ]
        )
    }

    @Test("T29: a secret is not in it, and of a command the program alone")
    func T29_hiddenSecrets() throws {
        let proxy =
            "FirewallType = \"tunnel\"\nFirewallHost = \"p\"\nFirewallData = 'Proxy-Authorization: hunter2'\n"
        for (key, value, expected) in [
            ("Token", "\"hunter2\"", "[secret] from main.toml:4"),
            ("TokenCommand", "[\"/bin/fetch\", \"hunter2\"]", "[\"/bin/fetch\", …] from main.toml:4"),
            ("PasswordCommand", "[\"/bin/fetch\", \"hunter2\"]", "[\"/bin/fetch\", …] from main.toml:4"),
        ] {
            let all = try inventory(relay + "User = \"u\"\n\(key) = \(value)\n" + proxy)
            #expect(found(key, in: "Relay", "default", all) == expected)
            #expect(found("FirewallData", in: "Relay", "default", all) == "[secret] from main.toml:7")
            var dumped = ""
            dump(all, to: &dumped)
            #expect(!dumped.contains("hunter2"))
        }
    }

    @Test(
        "A value is shown as TOML reads it",
        arguments: ["a", "a\"b\\c", "\u{1}\u{7F}\u{85}\u{2028}\n", "ü€😀"]
    )
    func quoting(text: String) throws {
        let shown = SettingValue.text(text).description
        #expect(!shown.unicodeScalars.contains { $0.value < 0x20 })
        #expect(
            SettingValue(standardOf: Setting(name: "x", kind: .string, standard: shown, meaning: "x."))
                == .text(text)
        )
    }
}
