// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@Suite("A header field that is written")
struct HeaderFieldEncoderTests {
    static let texts = [
        "", "Hello", "Hello world", "two  blanks and   three", "Grüße", "Grüße aus dem schönen 北京 – 👍",
        "=?utf-8?Q?not_a_word?=", "trailing colon:",
        String(repeating: "word ", count: 60), String(repeating: "w", count: 300),
        String(repeating: "w", count: 3000),
        String(repeating: "ü", count: 500), String(repeating: "👍", count: 200),
        String(repeating: "a ü ", count: 100), "e\u{301}" + String(repeating: "x", count: 60),
        " \u{301}x \u{301} ",
    ]

    private func trimmed(_ text: String) -> String {
        text.replacing(#/^ +| +$/#.matchingSemantics(.unicodeScalar), with: "")
    }

    @Test("gives back its text, whatever it is", arguments: texts)
    func roundTrip(_ text: String) {
        let expected = trimmed(text)
        #expect(MailDecoding.headerValue(HeaderFieldEncoder.unstructured("Subject", text)) == expected)
    }

    @Test(
        "has lines of at most 76 characters, except for single words that are longer, and never more than 998",
        arguments: texts
    )
    func lengths(_ text: String) {
        for name in ["Subject", "X-A-Rather-Long-Name-Of-A-Header-Field"] {
            let field = HeaderFieldEncoder.unstructured(name, text)
            #expect(field.hasPrefix(name + ":"))
            for line in field.split(separator: "\r\n", omittingEmptySubsequences: false) {
                #expect(line.utf8.count <= 76 || line.drop { $0 == " " }.split(separator: " ").count <= 2)
                #expect(line.utf8.count <= 998)
                #expect(line.contains { $0 != " " })
                #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
            }
        }
    }

    @Test("is folded only at blanks", arguments: texts)
    func folds(_ text: String) {
        let lines = HeaderFieldEncoder.unstructured("Subject", text).split(
            separator: "\r\n",
            omittingEmptySubsequences: false
        )
        #expect(lines.dropFirst().allSatisfy { $0.first == " " })
    }

    @Test(
        "is folded at the limit that it is given, at blanks, and not at all without one",
        arguments: texts,
        [20, 40, 80, 200, nil]
    )
    func limits(_ text: String, _ limit: Int?) {
        for charset in [nil, TextCharset.utf8, .windows1252] {
            let field = HeaderFieldEncoder.unstructured(
                "Subject",
                text,
                style: HeaderStyle(lineByteLimit: limit, charset: charset)
            )
            let expected = trimmed(text)
            #expect(MailDecoding.headerValue(field) == expected || charset == nil && text.contains("=?"))
            let lines = field.split(separator: "\r\n", omittingEmptySubsequences: false)
            if limit == nil { #expect(lines.count == 1) }
            for line in lines where line.split(separator: " ").count > 2 {
                #expect(line.utf8.count <= limit ?? .max)
            }
        }
    }

    @Test(
        "lists mailboxes so that they are read back",
        arguments: [
            [("Alice", "a@b.example")],
            [(nil, "a@b.example"), ("Doe, John", "j@b.example"), ("say \"hi\" \\", "h@b.example")],
            [
                ("J. Smith", "j@b.example"), ("a@b.example", "other@b.example"), ("x <y>", "z@b.example"),
                ("(c)", "c@b.example"),
            ],
            (0..<50).map { ("Person Number \($0)", "person.\($0)@department.example") },
            [(nil, String(repeating: "l", count: 64) + "@" + String(repeating: "d", count: 60) + ".example")],
        ] as [[(String?, String)]]
    )
    func mailboxes(_ entries: [(String?, String)]) throws {
        let mailboxes = try entries.map { Mailbox(displayName: $0.0, address: try MailAddress($0.1)) }
        let field = HeaderFieldEncoder.mailboxes("To", mailboxes)
        let header = HeaderBlock(parsing: Array((field + "\r\n\r\n").utf8))
        #expect(header.fields.count == 1)
        #expect(try AddressListParser.mailboxes(in: header.values(of: "To").joined()) == mailboxes)
        for line in field.split(separator: "\r\n") where line.split(separator: " ").count > 2 {
            #expect(line.utf8.count <= 76)
        }
    }

    @Test("lists groups so that they are read back")
    func groups() throws {
        let mailbox = Mailbox(displayName: "Doe, J.", address: try MailAddress("j@b.example"))
        let entries: [AddressListEntry] = [
            .group(name: "undisclosed recipients", members: []), .mailbox(mailbox),
            .group(name: "the, team", members: [mailbox, Mailbox(address: mailbox.address)]),
            .mailbox(mailbox),
        ]
        let field = HeaderFieldEncoder.addresses("To", entries)
        let header = HeaderBlock(parsing: Array((field + "\r\n\r\n").utf8))
        #expect(try AddressListParser.entries(in: header.values(of: "To").joined()) == entries)
    }

    @Test("breaks no line before the colon of a group, however short lines are to be")
    func shortLines() throws {
        let members = [Mailbox(address: try MailAddress("j@b.example"))]
        let entries = [
            AddressListEntry.group(name: "a team", members: members), .group(name: "none", members: []),
        ]
        for limit in 1...40 {
            let style = HeaderStyle(lineByteLimit: limit, charset: nil)
            let field = HeaderFieldEncoder.addresses("To", entries, style: style)
            let header = HeaderBlock(parsing: Array((field + "\r\n\r\n").utf8))
            #expect(header.fields.count == 1)
            #expect(try AddressListParser.entries(in: header.values(of: "To").joined()) == entries)
        }
    }

    @Test("leaves names beyond ASCII as they are where no character set is asked for")
    func rawNames() throws {
        let mailbox = Mailbox(displayName: "Jürgen, 北京", address: try MailAddress("jürgen@b.example"))
        let style = HeaderStyle(lineByteLimit: 78, charset: nil)
        let field = HeaderFieldEncoder.mailboxes("To", [mailbox], style: style)
        #expect(field == "To: \"Jürgen, 北京\" <jürgen@b.example>")
    }

    @Test("T7: a quote that a combining character follows ends no name")
    func T07_combiningCharacters() throws {
        let name = "a\"\u{301} <evil@b.example>, \"\u{301}b\\\u{301}"
        let mailbox = Mailbox(displayName: name, address: try MailAddress("a@b.example"))
        let style = HeaderStyle(lineByteLimit: 78, charset: nil)
        let field = HeaderFieldEncoder.mailboxes("To", [mailbox], style: style)
        #expect(try AddressListParser.mailboxes(in: field.dropFirst("To: ".count)) == [mailbox])
    }

    @Test(
        "shows names beyond ASCII and long names as encoded words",
        arguments: ["Jürgen", "=?x?=", String(repeating: "long name ", count: 30) + "."]
    )
    func names(_ name: String) throws {
        let field = HeaderFieldEncoder.mailboxes(
            "To",
            [Mailbox(displayName: name, address: try MailAddress("a@b.example"))]
        )
        #expect(field.utf8.allSatisfy { $0 < 0x7F })
        #expect(MailDecoding.headerValue(field) == name + " <a@b.example>")
        #expect(field.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
    }
}
