// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

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
        #expect(QuotedPrintable.encode(line: line) == expected)
    }

    @Test("has lines of at most 76 characters and gives the text back")
    func lengths() {
        for length in 0..<400 {
            let line = String((0..<length).map { "aä =b".map { $0 }[$0 % 5] })
            let encoded = QuotedPrintable.encode(line: line)
            let lines = encoded.split(separator: "\r\n", omittingEmptySubsequences: false)
            #expect(lines.allSatisfy { $0.utf8.count <= 76 })
            #expect(lines.dropLast().allSatisfy { $0.hasSuffix("=") })
            #expect(MailDecoding.quotedPrintable(encoded) == line)
        }
    }
}
