// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import Testing

@Suite("Printable text")
struct PrintableTextTests {
    @Test(
        "shows what can be shown and names what cannot",
        arguments: [
            ("", ""),
            ("plain text ~", "plain text ~"),
            ("Grüße, 你好, 👍", "Grüße, 你好, 👍"),
            ("a\r\nb", "a\\x0d\\x0ab"),
            ("\0\u{1}\u{B}\u{1B}[31m\u{7F}", "\\x00\\x01\\x0b\\x1b[31m\\x7f"),
            ("\u{80}\u{85}\u{9B}", "\\x80\\x85\\x9b"),
            ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"),
            ("\u{202E}evil\u{2066}", "\\u{202e}evil\\u{2066}"),
            ("a\u{200B}b\u{FEFF}", "a\\u{200b}b\\u{feff}"),
            ("\u{E000}\u{10FFFF}", "\\u{e000}\\u{10ffff}"),
            ("tab\there", "tab\\x09here"),
        ]
    )
    func text(_ hostile: String, _ expected: String) {
        #expect(PrintableText(hostile).string == expected)
    }

    @Test(
        "names each byte that is no UTF-8",
        arguments: [
            ([0x61, 0xFF, 0x62], "a\\xffb"), ([0xC3], "\\xc3"), ([0xC3, 0x41], "\\xc3A"),
            ([0xC0, 0x8A], "\\xc0\\x8a"),
            ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"), ([0xE2, 0x82], "\\xe2\\x82"),
            ([0xE2, 0x82, 0x41], "\\xe2\\x82A"),
            ([0xF0, 0x9F, 0x91, 0x8D], "👍"), ([0xF5, 0x80, 0x80, 0x80], "\\xf5\\x80\\x80\\x80"),
            ([0x80, 0xC3, 0xBC], "\\x80ü"),
            ([0xE0, 0x80, 0x8A], "\\xe0\\x80\\x8a"), ([0xC3, 0xC3, 0xBC], "\\xc3ü"),
        ] as [([UInt8], String)]
    )
    func bytes(_ bytes: [UInt8], _ expected: String) {
        #expect(PrintableText(bytes: bytes).string == expected)
    }

    @Test("is cut at its limit, never within a character or an escape")
    func limit() {
        #expect(PrintableText("abcdef", limitBytes: 6).string == "abcdef")
        #expect(PrintableText("abcdefg", limitBytes: 6).string == "abcdef…")
        #expect(PrintableText("abcdeü", limitBytes: 6).string == "abcde…")
        #expect(PrintableText("abc\n", limitBytes: 6).string == "abc…")
        #expect(PrintableText("abc", limitBytes: 0).string == "…")
        #expect(
            PrintableText(String(repeating: "x", count: 1 << 20)).string.utf8.count == 1024 + "…".utf8.count
        )
    }

    @Test("T2: of any bytes is one line without controls")
    func T2_anyBytes() {
        for seed in 0..<2000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let bytes = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let shown = PrintableText(bytes: bytes, limitBytes: 100).string
            #expect(
                shown.unicodeScalars.allSatisfy {
                    $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value != 0x2028
                }
            )
            #expect(shown.utf8.count <= 100 + 3)
        }
    }
}
