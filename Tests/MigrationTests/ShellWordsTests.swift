// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import Migration

struct ShellWordsTests {
    @Test(
        "Words are split as a shell splits them",
        arguments: [
            ("", []), ("  a  b ", ["a", "b"]), ("a 'b c' \"d e\"", ["a", "b c", "d e"]), ("a\\ b", ["a b"]),
            ("pass='my \"pass\"'", ["pass=my \"pass\""]), ("''", [""]), ("\"a\\\"b\"", ["a\"b"]),
            ("a\\", ["a\\"]),
        ] as [(String, [String])]
    )
    func words(text: String, words: [String]) {
        #expect(ShellWords.words(of: text) == words)
    }

    @Test("A quote that does not end is no words", arguments: ["'", "a \"b", "'a\" b"])
    func open(text: String) {
        #expect(ShellWords.words(of: text) == nil)
    }

    @Test(
        "A command that needs a shell is told from one that needs none",
        arguments: [
            ("gpg -q -d '~/a $b'", true), ("secret-tool lookup a \"b c\"", true),
            ("cat ~/x | head -1", false),
            ("echo $HOME", false), ("echo \"`id`\"", false), ("a > b", false), ("a; b", false),
        ]
    )
    func plain(text: String, isPlain: Bool) {
        #expect((ShellWords.plainCommand(text) != nil) == isPlain)
    }
}
