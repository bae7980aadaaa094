// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Spool
import Testing

@testable import smtpq

@Suite("A message that is shown")
struct ShowTests {
    private func printed(_ pieces: [[UInt8]], isTerminal: Bool) -> [UInt8] {
        var output: [UInt8] = []
        var printer = MessagePrinter(isTerminal: isTerminal) { output += $0 }
        for piece in pieces { piece.withUnsafeBytes { printer.write($0) } }
        printer.finish()
        return output
    }

    @Test("goes into a file byte for byte")
    func binary() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(printed([bytes, bytes], isTerminal: false) == bytes + bytes)
    }

    @Test("does nothing to a terminal")
    func printable() {
        let text = "a\tb\u{1B}[2J\r\n\u{9B}31m\n\nlast"
        for cut in 0...text.utf8.count {
            let bytes = Array(text.utf8)
            let shown = printed([Array(bytes[..<cut]), Array(bytes[cut...])], isTerminal: true)
            #expect(String(decoding: shown, as: UTF8.self) == "a\tb\\x1b[2J\n\\x9b31m\n\nlast\n")
        }
    }

    @Test(
        "in part is its header, or its body, wherever the reads end",
        arguments: [
            (
                "Queue-To: <a@b.example>\n\nSubject: x\nTo: y\n\nbody\n\nend", "Subject: x\nTo: y\n",
                "body\n\nend"
            ),
            ("Subject: x\r\n\r\nbody\r\n", "Subject: x\r\n", "body\r\n"),
            ("Subject: x", "Subject: x", ""),
            ("Queue-From: <>\n\nno header", "", "no header"),
        ]
    )
    func parts(file: String, header: String, body: String) throws {
        for (kind, expected) in [(MessagePart.Kind.header, header), (.body, body)] {
            for size in [1, 7, 1000] {
                var part = MessagePart(kind)
                var shown: [UInt8] = []
                var rest = Array(file.utf8)[...]
                while !rest.isEmpty {
                    shown += try Array(rest.prefix(size)).withUnsafeBytes { try part.take($0) }
                    rest = rest.dropFirst(size)
                }
                shown += try part.finish()
                #expect(String(decoding: shown, as: UTF8.self) == expected)
            }
        }
    }

    @Test("in part may be longer than what is held in memory")
    func longBody() throws {
        let header = Array("Queue-From: <>\n\nSubject: x\n\n".utf8)
        let piece = Array(repeating: UInt8(ascii: "x"), count: 64 << 10)
        var part = MessagePart(.body)
        var count = try header.withUnsafeBytes { try part.take($0) }.count
        for _ in 0..<200 { count += try piece.withUnsafeBytes { try part.take($0) }.count }
        count += try part.finish().count
        #expect(count == 200 * piece.count)
    }

    @Test("tells its history in words")
    func history() {
        let time = Timestamp(millisecondsSinceEpoch: 1_000_000_000_000)
        let line = JournalRecord.RecipientLine(
            address: "a@b.example",
            outcome: .deferred,
            code: 451,
            status: "4.7.1",
            reply: "later\u{1B}"
        )
        #expect(
            HistoryLine.text(.recipient(line), at: time)
                == "2001-09-09T01:46:40Z  a@b.example deferred: 451 4.7.1 later\\x1b"
        )
        #expect(
            HistoryLine.text(
                .attempt(number: 1, relay: "primary", peer: "192.0.2.7:587", tls: "TLSv1.3"),
                at: time
            )
                == "2001-09-09T01:46:40Z  attempt 1 at primary (192.0.2.7:587, TLSv1.3)"
        )
        #expect(
            HistoryLine.text(.state(from: .queued, to: .held, by: "root"), at: time).hasSuffix(
                "queued → held by root"
            )
        )
    }
}
