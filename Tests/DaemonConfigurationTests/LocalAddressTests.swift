// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Glibc
import MailMessage
import Testing

@testable import DaemonConfiguration

/// The keys that say what becomes of the addresses of this host.
struct LocalAddressTests {
    private var host: HostFacts {
        var host = HostFacts.invented
        host.mailName = { "mail.example" }
        host.names = { ["localhost", "app1.example"] }
        return host
    }

    private func targets(_ texts: String..., of recipient: String) throws -> [String] {
        var decoder = SettingsDecoder(host: host)
        for text in texts { try decoder.add(text, file: "main.toml") }
        let rules = try decoder.settings(mainFile: "main.toml").delivery.localAddresses()
        return try rules.targets(of: MailAddress(recipient)).map(\.description)
    }

    private let withoutFile = "AliasFile = \"/dev/null\"\n"

    @Test("Without any key the host says its names and its domain")
    func standard() throws {
        #expect(try targets(withoutFile + relay, of: "bob@localhost") == ["bob@mail.example"])
        #expect(try targets(withoutFile + relay, of: "bob@app1.example") == ["bob@app1.example"])
    }

    @Test("Aliases name one address or several; a later file overrides single names")
    func aliases() throws {
        let first =
            withoutFile + "Aliases = { root = \"a@b.example\", web = [\"root\", \"c@d.example\"] }\n" + relay
        #expect(try targets(first, of: "Web@app1.example") == ["a@b.example", "c@d.example"])
        #expect(
            try targets(first, "[Aliases]\nroot = \"x@y.example\"\n", of: "web@localhost") == [
                "x@y.example", "c@d.example",
            ]
        )
    }

    @Test("DefaultDomain and LocalDomains stand in for what the host says")
    func domains() throws {
        let text =
            withoutFile
            + "DefaultDomain = \"example.com\"\nLocalDomains = [\"box.example\"]\nAliases = { \"*\" = \"a@b.example\" }\n"
            + relay
        #expect(try targets(text, of: "bob@localhost") == ["bob@example.com"])
        #expect(try targets(text, of: "bob@box.example") == ["a@b.example"])
    }

    @Test("The alias file counts after the configuration, and a change of it at once")
    func file() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("aliases", "root: a@b.example\nbob: c@d.example\n")
        let rules = try decode("AliasFile = \"\(path)\"\nAliases = { root = \"x@y.example\" }\n" + relay)
            .delivery.localAddresses
        let targets = { (name: String) in
            try rules().targets(of: MailAddress("\(name)@localhost")).map(\.description)
        }
        #expect(try targets("root") == ["x@y.example"])
        #expect(try targets("bob") == ["c@d.example"])
        _ = try folder.write("aliases", "bob: changed@d.example\n")
        #expect(try targets("bob") == ["changed@d.example"])
        _ = try folder.write("aliases", "bob: by-everybody@d.example\n", mode: 0o666)
        #expect(try targets("bob") == ["changed@d.example"])
        unlink(path)
        #expect(try targets("bob") != ["changed@d.example"])
    }

    @Test(
        "A mistake is told with its key",
        arguments: [
            ("Aliases = \"root\"", "Aliases: expected a section of names and addresses"),
            ("Aliases = { root = 1 }", "root"),
            ("Aliases = { root = \"|prog\" }", "Aliases: \"|prog\" runs a program"),
            ("Aliases = { \"a@b.example\" = \"c@d.example\" }", "is no name such as root"),
            ("EnvelopeFrom = { \"a b\" = \"c@d.example\" }", "is no address, no name, no @domain and not *"),
            ("EnvelopeFrom = { root = [\"a@b.example\", \"c@d.example\"] }", "one address only"),
            ("DefaultDomain = \"a b\"", "is no domain such as example.com"),
            ("LocalDomains = []", "LocalDomains"),
            ("AliasFile = \"aliases\"", "absolute path"),
        ]
    )
    func mistakes(key: String, words: String) {
        #expect(problem(key + "\n" + relay).contains(words))
    }
}
