// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@Suite("An address list")
struct AddressListParserTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let text: String
        let entries: [(name: String?, address: String)]
        var testDescription: String { text }

        init(_ text: String, _ entries: (String?, String)...) {
            self.text = text
            self.entries = entries
        }
    }

    @Test(
        "gives its mailboxes in their order",
        arguments: [
            Sample(""),
            Sample(" , ,"),
            Sample("a@b.example", (nil, "a@b.example")),
            Sample("a@b.example, c@d.example", (nil, "a@b.example"), (nil, "c@d.example")),
            Sample("Alice <a@b.example>", ("Alice", "a@b.example")),
            Sample("Alice M. Smith<a@b.example>", ("Alice M. Smith", "a@b.example")),
            Sample(
                "\"Doe, J.\" <j@b.example>, b@c.example",
                ("Doe, J.", "j@b.example"),
                (nil, "b@c.example")
            ),
            Sample("\"say \\\"hi\\\"\" <j@b.example>", ("say \"hi\"", "j@b.example")),
            Sample("=?utf-8?B?w7w=?= <j@b.example>", ("=?utf-8?B?w7w=?=", "j@b.example")),
            Sample("Jürgen <j@b.example>", ("Jürgen", "j@b.example")),
            Sample("a@b.example (a comment, with <> and (another))", (nil, "a@b.example")),
            Sample("(c) a (c) @ (\\)) b . example (c)", (nil, "a@b.example")),
            Sample("a . b@c.example", (nil, "a.b@c.example")),
            Sample("\"quoted, local\"@b.example", (nil, "\"quoted, local\"@b.example")),
            Sample("Team: a@b.example, Carol <c@d.example>;", (nil, "a@b.example"), ("Carol", "c@d.example")),
            Sample("undisclosed-recipients:;"),
            Sample("Team: ;, x@y.example", (nil, "x@y.example")),
            Sample("<@relay.example,@other.example:a@b.example>", (nil, "a@b.example")),
            Sample("< a@b.example >", (nil, "a@b.example")),
            Sample(
                "x@[IPv6:2001:db8::1], y@[192.0.2.1]",
                (nil, "x@[IPv6:2001:db8::1]"),
                (nil, "y@[192.0.2.1]")
            ),
            Sample("Group: x@[IPv6:::1];", (nil, "x@[IPv6:::1]")),
            Sample(
                "a@b.example,\r\n c@d.example,\n\te@f.example",
                (nil, "a@b.example"),
                (nil, "c@d.example"),
                (nil, "e@f.example")
            ),
            Sample("O\u{92}Brien <o@b.example>", ("O Brien", "o@b.example")),
            Sample("\"two\r\n lines\" <o@b.example>", ("two   lines", "o@b.example")),
        ]
    )
    func valid(_ sample: Sample) throws {
        let mailboxes = try AddressListParser.mailboxes(in: sample.text)
        #expect(mailboxes.map(\.address.description) == sample.entries.map(\.address))
        #expect(mailboxes.map(\.displayName) == sample.entries.map(\.name))
    }

    @Test("keeps its groups for those who ask for them")
    func groups() throws {
        let entries = try AddressListParser.entries(
            in: "a@b.example, \"Das, Team\": J <j@b.example>, k@b.example;, undisclosed recipients:;"
        )
        let a = Mailbox(address: try MailAddress("a@b.example"))
        let members = [
            Mailbox(displayName: "J", address: try MailAddress("j@b.example")),
            Mailbox(address: try MailAddress("k@b.example")),
        ]
        #expect(
            entries == [
                .mailbox(a), .group(name: "Das, Team", members: members),
                .group(name: "undisclosed recipients", members: []),
            ]
        )
        #expect(entries.flatMap(\.mailboxes) == [a] + members)
    }

    @Test(
        "has names that a person can read",
        arguments: [
            ("=?utf-8?q?J=C3=BCrgen?= Doe <a@b.example>", "Jürgen Doe"),
            ("=?utf-8?q?J=C3=BC?= =?iso-8859-1?q?rgen_M=FCller?= <a@b.example>", "Jürgen Müller"),
            ("Jürgen <a@b.example>", "Jürgen"), ("=?koi8-r?q?=C1?= <a@b.example>", "=?koi8-r?q?=C1?="),
            ("a@b.example", nil),
        ]
    )
    func readableNames(_ text: String, _ name: String?) throws {
        #expect(try AddressListParser.mailboxes(in: text).map(\.readableName) == [name])
    }

    @Test("has an end: 16 MiB, and comments nested 100 deep")
    func bounds() throws {
        let comment = { String(repeating: "(", count: $0) + String(repeating: ")", count: $0) }
        #expect(try AddressListParser.mailboxes(in: comment(100) + "a@b.example").count == 1)
        #expect(throws: AddressError.self) {
            try AddressListParser.mailboxes(in: comment(101) + "a@b.example")
        }
        #expect {
            try AddressListParser.mailboxes(
                in: String(repeating: " ", count: AddressListParser.byteLimit + 1)
            )
        } throws: {
            ($0 as? AddressError)?.code == .tooLong
        }
    }

    @Test(
        "is refused rather than guessed at",
        arguments: [
            "alice", "alice bob@example.org", "a@b.example c@d.example", "a@b.example; c@d.example",
            "Alice a@b.example",
            "<a@b.example> c@d.example", "<a b@c.example>", "\"x\"y@c.example", "Alice <a@b.example",
            "Alice <>", "Alice a@b.example>",
            "\"open <a@b.example>", "a@b.example (open", "Team: a@b.example", "Team: Inner: a@b.example;;",
            ": a@b.example;", ";",
            ")a@b.example", "<@relay.example a@b.example>", "<@relay.example", "a@b.example\nc@d.example",
            "a@b.example\rc@d.example",
            "a@b.example\r\nBcc: c@d.example;", "a\0b@c.example", "a@b.example\u{2028}", "a\u{85}@b.example",
        ]
    )
    func invalid(_ text: String) {
        #expect(throws: AddressError.self) { try AddressListParser.mailboxes(in: text) }
    }

    @Test("never gives an address that is not in the text, whatever character stands in it")
    func separatorsInAddresses() {
        for separator in HostileValues.separators {
            for text in [
                "a\(separator)b@c.example", "<a@b\(separator)c.example>",
                "Alice <\"a\(separator)\"@b.example>",
            ] {
                let found = try? AddressListParser.mailboxes(in: text)
                #expect(found == nil, "\(text.unicodeScalars.map(\.value)) gave \(String(describing: found))")
            }
        }
    }

    @Test(
        "of a megabyte is read in a time that grows with its length alone",
        .timeLimit(.minutes(1)),
        arguments: ["(", "[:", "\\\"", "\"a\" ", "a@b.example,", "<@a,", "Team:;", ":::", ". ", "\r\n "]
    )
    func cost(_ unit: String) {
        let text = String(repeating: unit, count: (1 << 20) / unit.utf8.count)
        _ = try? AddressListParser.mailboxes(in: text)
    }

    @Test("has an end: 100,000 entries")
    func limit() throws {
        let entries = Array(repeating: "a@b.example", count: AddressListParser.limit)
        #expect(
            try AddressListParser.mailboxes(in: entries.joined(separator: ",")).count
                == AddressListParser.limit
        )
        #expect(throws: AddressError.self) {
            try AddressListParser.mailboxes(in: (entries + ["x@y.example"]).joined(separator: ","))
        }
    }
}
