// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import MailMessage

@Suite("A file of aliases")
struct AliasFileParserTests {
    private func targets(_ text: String, of name: String) -> [String]? {
        AliasFileParser(text).table.entry(of: name)?.map { target in
            switch target {
            case .address(let address): address.description
            case .refused(let reason): "refused: \(reason)"
            }
        }
    }

    @Test(
        "names addresses, in the forms of aliases(5)",
        arguments: [
            ("root: a@b.example", ["a@b.example"]),
            ("ROOT:a@b.example,c@d.example", ["a@b.example", "c@d.example"]),
            ("# root: x\nroot:\n  a@b.example\n\t, bob\n", ["a@b.example", "bob@localhost"]),
            ("\"root\": \\root, Alice <a@b.example>\r\n", ["root@localhost", "a@b.example"]),
            ("root: a@b.example\nroot: c@d.example", ["a@b.example"]), ("*: a@b.example", ["a@b.example"]),
            ("root: \"a,b\"@c.example", ["\"a,b\"@c.example"]),
            ("   # a comment\n  root: a@b.example", ["a@b.example"]),
        ]
    )
    func addresses(text: String, expected: [String]) {
        #expect(targets(text, of: "root") == expected)
    }

    @Test(
        "keeps what mail is not handed to, with the reason",
        arguments: [
            ("\"|/bin/sh -c 'x, y'\"", "runs a program"), ("|/bin/true", "runs a program"),
            ("/var/mail/x", "writes a file"),
            (":include:/etc/list", "includes a file"), (":fail: gone", "is no address"),
            ("alice bob@example.org", "does not belong there"),
        ]
    )
    func refusals(target: String, reason: String) throws {
        let found = try #require(targets("\nlist: \(target)\n", of: "list")?.first)
        #expect(found.hasPrefix("refused: line 2: "))
        #expect(found.contains(reason))
    }

    @Test("tells each problem with its line, and takes the rest")
    func problems() {
        let file = AliasFileParser(
            "what is this\nroot: a@b.example\n\nroot: x@y.example\na@b.example: c\nlist: |x\nnobody:\n"
        )
        #expect(file.problems.map(\.line) == [1, 4, 5, 6, 7])
        #expect(file.table.count == 2)
    }

    @Test("may be anything: it ends, and nothing in it reaches a terminal (T5, T19)")
    func T19_anything() {
        for text in [
            String(repeating: "a: b\n", count: 50_000), String(repeating: "\"", count: 100_001),
            "a: \u{1B}[31m, b\u{0}c\n",
            "a: " + String(repeating: "(", count: 5000), "::::,,,,\n \n:\n",
            String(repeating: "x: ,\n ", count: 10_000),
        ] {
            let file = AliasFileParser(text)
            #expect(
                file.problems.allSatisfy {
                    !$0.summary.unicodeScalars.contains(where: CharacterRules.isForbidden)
                }
            )
        }
    }
}
