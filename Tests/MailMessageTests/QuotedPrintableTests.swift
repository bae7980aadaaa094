// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import Testing

@testable import MailMessage

@Suite("Quoted-printable text")
struct QuotedPrintableTests {
    @Test(
        "leaves printable ASCII alone and names the other bytes",
        arguments: [
            ("", ""), ("plain", "plain"), ("a=b", "a=3Db"), ("Grüße", "Gr=C3=BC=C3=9Fe"), ("end ", "end=20"),
            ("end\t", "end=09"), ("a b\tc", "a b\tc"),
            ("\r", "=0D"), ("\0", "=00"), (".", "."), ("\u{85}", "=C2=85"),
        ]
    )
    func encoded(_ line: String, _ expected: String) {
        #expect(
            String(decoding: QuotedPrintable.encode(line: Array(line.utf8)[...]), as: UTF8.self) == expected
        )
    }

    @Test("has lines of at most 76 characters and gives the text back")
    func lengths() {
        for length in 0..<400 {
            let line = String((0..<length).map { "aä =b".map { $0 }[$0 % 5] })
            let encoded = String(decoding: QuotedPrintable.encode(line: Array(line.utf8)[...]), as: UTF8.self)
            let lines = encoded.split(separator: "\r\n", omittingEmptySubsequences: false)
            #expect(lines.allSatisfy { $0.utf8.count <= 76 })
            #expect(lines.dropLast().allSatisfy { $0.hasSuffix("=") })
            #expect(MailDecoding.quotedPrintable(encoded) == line)
        }
    }

    @Test("gives back any bytes, whatever the line ends among them")
    func anyBytes() {
        for seed in 0..<1000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let alphabet: [UInt8] = [0x0A, 0x0D, 0x20, 0x09, 0x3D, 0x41, 0x00, 0xFF, 0x7F, 0xC3]
            let bytes = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            let canonical = TextLines(bytes[...]).flatMap {
                $0.content + ($0.isTerminated ? [0x0D, 0x0A] : [])
            }
            #expect(QuotedPrintable.decode(QuotedPrintable.encode(text: bytes[...])[...]) == canonical)
        }
    }

    @Test(
        "is read as others write it",
        arguments: [
            ("a=20b", "a b"), ("a=\r\nb", "ab"), ("a=\nb", "ab"), ("a= \t\r\nb", "ab"),
            ("a  \r\nb", "a\r\nb"),
            ("a=3db", "a=b"), ("a=zzb", "a=zzb"), ("a=4", "a=4"), ("a=", "a="), ("=", "="), ("", ""),
            ("\n", "\n"),
        ]
    )
    func decoded(_ text: String, _ expected: String) {
        #expect(
            String(decoding: QuotedPrintable.decode(Array(text.utf8)[...]), as: UTF8.self).utf8
                .elementsEqual(expected.utf8)
        )
    }
}
