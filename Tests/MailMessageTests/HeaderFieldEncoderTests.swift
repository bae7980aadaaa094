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
    ]

    @Test("gives back its text, whatever it is", arguments: texts)
    func roundTrip(_ text: String) {
        let expected = text.replacing(#/^ +| +$/#, with: "")
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

    @Test("encoded words hold whole characters and are at most 75 long", arguments: texts)
    func words(_ text: String) {
        for limit in [0, 30, 75, 1000] {
            for word in EncodedWord.words(for: text, firstLimit: limit) {
                #expect(word.utf8.count <= 75)
                let bytes = Base64.decode(word.dropFirst(10).dropLast(2))
                #expect(bytes.flatMap { String(validating: $0, as: UTF8.self) } != nil)
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
