// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import MailMessage

@Suite("Names without a domain in a header")
struct NameQualifierTests {
    private func qualified(_ value: String) -> String? {
        NameQualifier.qualified(value.utf8, domain: "h.example").map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "get one, and nothing around them changes",
        arguments: [
            (" root", " root@h.example"), (" root (Cron Daemon)\r\n", " root@h.example (Cron Daemon)\r\n"),
            (" Root <root>, bob", " Root <root@h.example>, bob@h.example"),
            (" a@b.example, root", " a@b.example, root@h.example"),
            (" <root@LocalHost>", " <root@h.example>"),
            (" team: root, a@b.example;, x", " team: root@h.example, a@b.example;, x@h.example"),
            (" \"a b\"", " \"a b\"@h.example"), (" (x (y)) root (z\\))", " (x (y)) root@h.example (z\\))"),
            (" root,\r\n bob", " root@h.example,\r\n bob@h.example"),
            (" Jürgen <jürgen>", " Jürgen <jürgen@h.example>"),
        ]
    )
    func qualified(value: String, expected: String) {
        #expect(qualified(value) == expected)
        #expect(qualified(expected) == nil)
    }

    @Test(
        "are left alone where they are none",
        arguments: [
            "", " ", " a@b.example", " \"root\" <a@b.example>", " undisclosed-recipients:;", " alice bob",
            " <>", " (root)",
            " Root <root@b.example> trailing", " root @ b.example", " a..b", " \"unclosed", " (unclosed",
            " <@a,@b:c@d.example>",
        ]
    )
    func untouched(value: String) {
        #expect(qualified(value) == nil)
    }
}
