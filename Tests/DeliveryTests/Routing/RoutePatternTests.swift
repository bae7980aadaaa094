// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailMessage
import Testing

@Suite("Route pattern")
struct RoutePatternTests {
    @Test(
        "a pattern matches its address, its domain, the domains below it or the null sender, and nothing else",
        arguments: [
            (
                "alice@example.org", ["alice@example.org", "Alice@EXAMPLE.org"],
                ["bob@example.org", "alice@example.com"]
            ),
            (
                "@example.org", ["alice@example.org", "b@Example.Org"],
                ["a@sub.example.org", "a@badexample.org"]
            ),
            (
                "@.example.org", ["a@sub.example.org", "a@x.y.example.org"],
                ["a@example.org", "a@badexample.org"]
            ),
            ("<>", [nil], ["a@example.org"]),
        ] as [(String, [String?], [String?])]
    )
    func matches(text: String, members: [String?], others: [String?]) throws {
        let pattern = try #require(RoutePattern(text))
        #expect(pattern.description == text)
        for member in members { #expect(pattern.matches(try member.map { try MailAddress($0) })) }
        for other in others + (text == "<>" ? [] : [nil]) {
            #expect(!pattern.matches(try other.map { try MailAddress($0) }))
        }
    }

    @Test(
        "what is none of these is no pattern",
        arguments: [
            "", "example.org", "@", "@.", "alice@", "a b@example.org", "alice@.example.org", "@a\nb", "*",
        ]
    )
    func refuses(text: String) { #expect(RoutePattern(text) == nil) }
}
