// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import Testing

@Suite("Encoded words")
struct EncodedWordTests {
    @Test(
        "use B or Q, whichever is shorter, and the character set that is asked for",
        arguments: [
            ("Grüße aus Köln", TextCharset.utf8, "=?utf-8?B?R3LDvMOfZSBhdXMgS8O2bG4=?="),
            ("Zürich", .utf8, "=?utf-8?Q?Z=C3=BCrich?="),
            ("Grüße aus Köln", .latin1, "=?iso-8859-1?Q?Gr=FC=DFe_aus_K=F6ln?="),
            ("10 €", .windows1252, "=?windows-1252?Q?10_=80?="),
            ("北京", .utf8, "=?utf-8?B?5YyX5Lqs?="),
            ("10 €", .latin1, "=?utf-8?B?MTAg4oKs?="),
            ("=?x?=", .ascii, "=?us-ascii?B?PT94Pz0=?="),
            ("a_b?c", .ascii, "=?us-ascii?B?YV9iP2M=?="),
        ]
    )
    func written(_ text: String, _ charset: TextCharset, _ expected: String) {
        #expect(EncodedWord.words(for: text, charset: charset) == [expected])
        #expect(EncodedWordReader.decode(expected) == text)
    }

    @Test(
        "hold whole characters, are at most 75 long, and are read back",
        arguments: HeaderFieldEncoderTests.texts,
        TextCharset.allCases
    )
    func words(_ text: String, _ charset: TextCharset) {
        for limit in [0, 30, 75, 1000] {
            let words = EncodedWord.words(for: text, charset: charset, firstLimit: limit)
            #expect(words.allSatisfy { $0.utf8.count <= 75 })
            #expect(words.map { EncodedWordReader.decode($0) }.joined() == text)
            #expect(EncodedWordReader.decode(words.joined(separator: " ")) == text)
        }
    }

    @Test(
        "are decoded where they are well formed and known",
        arguments: [
            ("", ""), ("plain", "plain"), ("=?utf-8?q?a_b?=", "a b"), ("=?UTF-8?B?w7w=?= x", "ü x"),
            ("x =?utf-8?Q?=C3=BC?=", "x ü"), ("=?iso-8859-1?q?=FC?= =?utf-8?q?=C3=BC?=", "üü"),
            ("=?utf-8?q?a?=  \t =?utf-8?q?b?=", "ab"), ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
            ("=?utf-8*en?q?a?=", "a"), ("=?utf-8?B?w7?= =?utf-8?B?vA==?=", "ü"),
            ("=?utf-8?B?w7w?=", "ü"), ("=?koi8-r?q?=C1?=", "=?koi8-r?q?=C1?="),
            ("=?utf-8?x?a?=", "=?utf-8?x?a?="), ("=?utf-8?q?a b?=", "=?utf-8?q?a b?="),
            ("=?utf-8?q?a?", "=?utf-8?q?a?"), ("=?", "=?"), ("=?=?=?=?", "=?=?=?=?"), ("=?utf-8?q??=", ""),
            ("=?utf-8?q?=0D=0ABcc:_x?=", "  Bcc: x"), ("=?utf-8?q?=zz=4?=", "=zz=4"),
            ("=?us-ascii?q?=FF?=", "\u{FFFD}"), ("=?windows-1252?q?=93=81?=", "“\u{FFFD}"),
            ("=?utf-8?q?a?= ", "a "), ("(=?utf-8?q?a?=)", "(a)"),
        ]
    )
    func read(_ text: String, _ expected: String) {
        #expect(EncodedWordReader.decode(text) == expected)
    }

    @Test(
        "are looked for in a time that grows with the length of the text alone",
        .timeLimit(.minutes(1)),
        arguments: ["=?", "=?utf-8?q?", "=?utf-8?q?a?= ", "=?a?b", "?=", "="]
    )
    func cost(_ unit: String) {
        _ = EncodedWordReader.decode(String(repeating: unit, count: (1 << 19) / unit.utf8.count))
    }

    @Test("T2: of any bytes bring no control into what is read")
    func T2_anyText() {
        let alphabet = Array("=?utf-8?qQbB_ \t0AD93w7w==?")
        for seed in 0..<3000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let text = String(
                (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                    alphabet.randomElement(using: &generator) ?? " "
                }
            )
            for text in [text, "=?utf-8?Q?" + text + "?=", "=?iso-8859-1?B?" + text + "?="] {
                #expect(!EncodedWordReader.decode(text).utf8.contains { $0 < 0x20 && $0 != 0x09 })
            }
        }
    }
}
