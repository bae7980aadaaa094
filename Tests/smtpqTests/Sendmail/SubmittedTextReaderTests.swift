// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import smtpq

@Suite("A message on the standard input of sendmail")
struct SubmittedTextReaderTests {
    private func text(_ pieces: [[UInt8]], endsAtDot: Bool) -> String {
        var reader = SubmittedTextReader(endsAtDot: endsAtDot)
        var text: [UInt8] = []
        for piece in pieces + [[]] where !reader.isAtEnd { text += reader.read(piece[...]) }
        return String(decoding: text, as: UTF8.self)
    }

    @Test(
        "ends at a line of one dot, and is the same however it arrives",
        arguments: [
            ("a\n.\nb\n", "a\n", "a\n.\nb\n"), ("a\r\n.\r\nb", "a\r\n", "a\r\n.\r\nb"), (".\nb", "", ".\nb"),
            ("..\n.x\n. \n.\r.\n", "..\n.x\n. \n.\r.\n", "..\n.x\n. \n.\r.\n"), ("a\n.", "a\n", "a\n."),
            (
                "From root Tue Nov 24 04:10:03\nSubject: x\n\nFrom here\n", "Subject: x\n\nFrom here\n",
                "Subject: x\n\nFrom here\n"
            ),
            ("From: a\n\nx", "From: a\n\nx", "From: a\n\nx"), ("Fro", "Fro", "Fro"), ("", "", ""),
            ("From ", "", ""),
        ]
    )
    func ends(input: String, untilDot: String, whole: String) {
        let bytes = Array(input.utf8)
        for split in 0...bytes.count {
            let pieces = [Array(bytes[..<split]), Array(bytes[split...])].filter { !$0.isEmpty }
            #expect(text(pieces, endsAtDot: true) == untilDot)
            #expect(text(pieces, endsAtDot: false) == whole)
        }
    }
}
