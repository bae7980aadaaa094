// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import MailMessage

@Suite("Addresses of this host")
struct LocalAddressRulesTests {
    private func rules(_ aliases: String = "", senders: [String: String] = [:]) throws -> LocalAddressRules {
        var table = SenderTable()
        for (key, sender) in senders { table.add(key, try MailAddress(sender)) }
        return LocalAddressRules(
            defaultDomain: "mail.example",
            localDomains: ["localhost", "app1.example"],
            senders: table,
            aliases: AliasFileParser(aliases).table
        )
    }

    private func envelope(from sender: String = "<>", _ recipients: String...) throws -> Envelope {
        Envelope(
            sender: try EnvelopeSender(parsing: sender, domainIfMissing: LocalAddressRules.hostDomain),
            recipients: try recipients.map {
                try EnvelopeRecipient(parsing: $0, domainIfMissing: LocalAddressRules.hostDomain)
            }
        )
    }

    @Test(
        "become those of their aliases, else get the default domain",
        arguments: [
            ("", "root", ["root@mail.example"]), ("", "root@app1.example", ["root@app1.example"]),
            ("", "root@other.example", ["root@other.example"]),
            ("root: a@b.example", "root", ["a@b.example"]),
            ("root: a@b.example", "Root@App1.Example", ["a@b.example"]),
            ("root: a@b.example", "root@mail.example", ["root@mail.example"]),
            ("root: a@b.example", "bob", ["bob@mail.example"]), ("*: a@b.example", "bob", ["a@b.example"]),
            ("*: root\nroot: a@b.example", "bob", ["a@b.example"]), ("*: root", "bob", ["root@mail.example"]),
            ("postmaster: root\nroot: a@b.example, bob", "postmaster", ["a@b.example", "bob@mail.example"]),
            ("root: root, a@b.example", "root", ["root@mail.example", "a@b.example"]),
            ("root: \\root@app1.example", "root@app1.example", ["root@app1.example"]),
            ("a: b, c@d.example\nb: a, e@f.example", "a", ["c@d.example", "e@f.example"]),
        ]
    )
    func recipients(aliases: String, recipient: String, expected: [String]) throws {
        let found = try rules(aliases).applied(to: envelope(recipient)).recipients.map(\.address.description)
        #expect(Set(found) == Set(expected))
        #expect(found.count == expected.count)
    }

    @Test("keep what was said of the recipient, and nobody gets two copies")
    func parameters() throws {
        let rules = try rules("root: a@b.example, c@d.example\nadmin: root")
        let found = try rules.applied(to: envelope("<root> NOTIFY=NEVER", "admin", "c@d.example"))
        #expect(
            found.recipients.map(\.description) == [
                "<a@b.example> NOTIFY=NEVER", "<c@d.example> NOTIFY=NEVER",
            ]
        )
    }

    @Test(
        "are refused with the reason when their aliases lead nowhere",
        arguments: [
            ("a: b\nb: a", "leads back"), ("a: \"|/bin/sh\"", "runs a program"),
            ("a: b@c.example, /tmp/x", "line 1"),
        ]
    )
    func refusals(aliases: String, reason: String) throws {
        let rules = try rules(aliases)
        let error = #expect(throws: EnvelopeError.self) { try rules.applied(to: envelope("a")) }
        #expect(error?.summary.contains(reason) == true)
        #expect(error?.summary.contains("alias a") == true)
    }

    @Test("as senders become what the table says, the most exact entry first; the null sender stays")
    func senders() throws {
        let table = [
            "root": "r@x.example", "app@app1.example": "a@x.example", "@app2.example": "d@x.example",
            "*": "all@x.example",
        ]
        for (sender, expected) in [
            ("root", "r@x.example"), ("root@app1.example", "r@x.example"),
            ("App@app1.example", "a@x.example"),
            ("root@app2.example", "d@x.example"), ("bob", "all@x.example"),
        ] {
            let found = try rules(senders: table).applied(to: envelope(from: sender, "a@b.example"))
            #expect(found.sender.path.address?.description == expected)
        }
        #expect(try rules(senders: table).applied(to: envelope("a@b.example")).sender.path == .null)
        let plain = try rules().applied(to: envelope(from: "<bob> RET=HDRS", "a@b.example"))
        #expect(plain.sender.description == "<bob@mail.example> RET=HDRS")
    }

    @Test("stay as they are without rules")
    func withoutRules() throws {
        let envelope = try envelope(from: "bob", "root", "a@b.example")
        #expect(try LocalAddressRules().applied(to: envelope) == envelope)
    }

    @Test("follow many aliases in time that grows with their number")
    func manyAliases() throws {
        let chain = (0..<20_000).map { "n\($0): n\($0 + 1), n\($0 + 2)\n" }.joined()
        let found = try rules(chain).targets(of: MailAddress("n0@localhost"))
        #expect(Set(found.map(\.description)) == ["n20000@mail.example", "n20001@mail.example"])
    }
}
