// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import smtpq

@Suite("Text in columns of a terminal")
struct DisplayTextTests {
    @Test(
        "is cut where the columns end",
        arguments: [
            ("abc", 3, "abc"), ("abcd", 3, "abc"), ("", 3, ""), ("abc", 0, ""), ("日本語", 4, "日本"),
            ("日本語", 5, "日本"),
            ("e\u{301}e\u{301}e", 2, "e\u{301}e\u{301}"),
            ("\u{1B}[31mabcd\u{1B}[0m", 4, "\u{1B}[31mabcd\u{1B}[0m"),
            ("\u{1B}[31mabcd\u{1B}[0m", 2, "\u{1B}[31mab\u{1B}[0m"), ("\u{1B}[31m", 2, "\u{1B}[31m"),
        ]
    )
    func cut(text: String, columns: Int, expected: String) {
        #expect(DisplayText.cut(text, columns: columns) == expected)
    }
}
