// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import Testing

@Suite("The structure of a message")
struct MIMEStructureTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        /// `depth type: body` of each part.
        let parts: [String]
        var testDescription: String { name }
    }

    private static func mixed(_ body: String, boundary: String = "b") -> String {
        "Content-Type: multipart/mixed; boundary=\"\(boundary)\"\n\n" + body
    }

    static let samples = [
        Sample(name: "nothing", text: "", parts: ["0 text/plain: "]),
        Sample(name: "plain", text: "A: b\n\ntext\n", parts: ["0 text/plain: text\n"]),
        Sample(
            name: "two parts",
            text: mixed(
                "preamble\n--b\n\none\n--b\nContent-Type: a/b\n\ntwo\n\n--b--\nepilogue\n--b\nno part\n"
            ),
            parts: [
                "0 multipart/mixed: preamble\n--b\n\none\n--b\nContent-Type: a/b\n\ntwo\n\n--b--\nepilogue\n--b\nno part\n",
                "1 text/plain: one", "1 a/b: two\n",
            ]
        ),
        Sample(
            name: "never closed",
            text: mixed("--b\n\none\n"),
            parts: ["0 multipart/mixed: --b\n\none\n", "1 text/plain: one\n"]
        ),
        Sample(
            name: "blanks behind delimiters, CRLF",
            text: mixed("--b \t\r\n\r\none\r\n--b--  \r\n"),
            parts: ["0 multipart/mixed: --b \t\r\n\r\none\r\n--b--  \r\n", "1 text/plain: one"]
        ),
        Sample(
            name: "empty parts",
            text: mixed("--b\n--b\n\n--b\nA: b\n--b--"),
            parts: [
                "0 multipart/mixed: --b\n--b\n\n--b\nA: b\n--b--", "1 text/plain: ", "1 text/plain: ",
                "1 text/plain: ",
            ]
        ),
        Sample(
            name: "a header that a delimiter ends",
            text: mixed("--b\nContent-Type: a/b\n--b--\n"),
            parts: ["0 multipart/mixed: --b\nContent-Type: a/b\n--b--\n", "1 a/b: "]
        ),
        Sample(
            name: "a header that its own delimiter ends",
            text: "Content-Type: multipart/mixed; boundary=b\n--b\n\none\n--b--\n",
            parts: ["0 multipart/mixed: --b\n\none\n--b--\n", "1 text/plain: one"]
        ),
        Sample(
            name: "a part without a header",
            text: mixed("--b\nno header\n--b--\n"),
            parts: ["0 multipart/mixed: --b\nno header\n--b--\n", "1 text/plain: no header"]
        ),
        Sample(
            name: "an outer boundary that closes the inner part",
            text: mixed("--b\nContent-Type: multipart/x; boundary=c\n\n--c\n\none\n--b\n\ntwo\n--c\n--b--"),
            parts: [
                "0 multipart/mixed: --b\nContent-Type: multipart/x; boundary=c\n\n--c\n\none\n--b\n\ntwo\n--c\n--b--",
                "1 multipart/x: --c\n\none", "2 text/plain: one", "1 text/plain: two\n--c",
            ]
        ),
        Sample(
            name: "one boundary that begins another",
            text: mixed("--bb\n--b\n\none\n--b---\n--b--"),
            parts: ["0 multipart/mixed: --bb\n--b\n\none\n--b---\n--b--", "1 text/plain: one\n--b---"]
        ),
        Sample(
            name: "the same boundary within",
            text: mixed("--b\nContent-Type: multipart/x; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--"),
            parts: [
                "0 multipart/mixed: "
                    + "--b\nContent-Type: multipart/x; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--",
                "1 multipart/x: --b\n\none\n--b--", "2 text/plain: one", "1 text/plain: two",
            ]
        ),
        Sample(
            name: "an attached message",
            text: "Content-Type: message/rfc822\n\nSubject: x\n\ntext\n",
            parts: ["0 message/rfc822: Subject: x\n\ntext\n", "1 text/plain: text\n"]
        ),
        Sample(
            name: "an attached message without a header",
            text: "Content-Type: message/rfc822\n\nno header\n",
            parts: ["0 message/rfc822: no header\n", "1 text/plain: no header\n"]
        ),
        Sample(
            name: "an attached message with parts",
            text: mixed(
                "--b\nContent-Type: message/rfc822\n\n" + mixed("--c\n\none\n--c--", boundary: "c")
                    + "\n--b--"
            ),
            parts: [
                "0 multipart/mixed: --b\nContent-Type: message/rfc822\n\n"
                    + mixed("--c\n\none\n--c--", boundary: "c")
                    + "\n--b--",
                "1 message/rfc822: " + mixed("--c\n\none\n--c--", boundary: "c"),
                "2 multipart/mixed: --c\n\none\n--c--",
                "3 text/plain: one",
            ]
        ),
        Sample(
            name: "a digest",
            text: "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ntext\n--b--",
            parts: [
                "0 multipart/digest: --b\n\nSubject: x\n\ntext\n--b--",
                "1 message/rfc822: Subject: x\n\ntext",
                "2 text/plain: text",
            ]
        ),
        Sample(
            name: "an encoded multipart",
            text: "Content-Transfer-Encoding: base64\n" + mixed("--b\n\none\n--b--"),
            parts: ["0 multipart/mixed: --b\n\none\n--b--"]
        ),
        Sample(
            name: "no boundary",
            text: "Content-Type: multipart/mixed\n\n--\n\none\n",
            parts: ["0 multipart/mixed: --\n\none\n"]
        ),
        Sample(name: "no type", text: "Content-Type: nonsense\n\none\n", parts: ["0 text/plain: one\n"]),
        Sample(
            name: "a boundary with a colon",
            text: mixed("--a:b\n--a:b\n\none\n--a:b--", boundary: "a:b"),
            parts: ["0 multipart/mixed: --a:b\n--a:b\n\none\n--a:b--", "1 text/plain: ", "1 text/plain: one"]
        ),
    ]

    @Test("is that of its multiparts and attached messages", arguments: samples)
    func parts(_ sample: Sample) {
        let structure = MIMEStructure(parsing: Array(sample.text.utf8))
        let found = structure.parts.map { part in
            let body = String(decoding: structure.bytes[part.body], as: UTF8.self)
            return "\(part.depth) \(part.contentType.value): \(body)"
        }
        #expect(found == sample.parts)
        Self.check(structure)
    }

    /// Whether each part lies within its parent, behind the part before it.
    static func check(_ structure: MIMEStructure) {
        #expect(structure.root.range == structure.bytes.indices)
        for part in structure.parts {
            #expect(part.range.upperBound == part.body.upperBound)
            #expect(part.range.lowerBound <= part.body.lowerBound)
            #expect(part.header.fieldsEnd <= part.body.lowerBound)
            #expect(part.header.bodyOffset == part.body.lowerBound)
            var end = part.body.lowerBound
            for child in part.children.map({ structure.parts[$0] }) {
                #expect(child.range.lowerBound >= end && child.range.upperBound <= part.body.upperBound)
                #expect(child.depth == part.depth + 1)
                end = child.range.upperBound
            }
        }
    }

    @Test("of a message that was cut anywhere is whole in itself", arguments: samples)
    func prefixes(_ sample: Sample) {
        let bytes = Array(sample.text.utf8)
        for length in 0..<bytes.count { Self.check(MIMEStructure(parsing: Array(bytes[..<length]))) }
    }

    @Test("may be that of any bytes")
    func anyBytes() {
        let words = [
            "Content-Type: multipart/mixed; boundary=b\n", "Content-Type: multipart/digest; boundary=c\n",
            "Content-Type: message/rfc822\n", "--b\n", "--c\n", "--b--\n", "--c--\n", "\n", "\r\n", "text\n",
            " x\n", "\r", "--",
            "b", "\u{FF}",
        ]
        for seed in 0..<3000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let text = (0..<Int.random(in: 0...30, using: &generator)).map { _ in
                words.randomElement(using: &generator) ?? ""
            }
            Self.check(MIMEStructure(parsing: Array(text.joined().utf8)))
        }
    }

    @Test("is taken apart to a depth of 100")
    func depth() {
        let text = (0..<300).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined()
        let structure = MIMEStructure(parsing: Array(text.utf8))
        #expect(structure.parts.map(\.depth).max() == MIMEStructure.depthLimit - 1)
        Self.check(structure)
    }

    @Test("of more than 10,000 parts is one part")
    func partLimit() {
        for (count, expected) in [(9999, 10_000), (10_000, 1)] {
            let parts = String(repeating: "--b\n\nx\n", count: count)
            let structure = MIMEStructure(parsing: Array(Self.mixed(parts).utf8))
            #expect(structure.parts.count == expected)
            Self.check(structure)
        }
    }

    @Test(
        "is found in a time that grows with the length alone",
        .timeLimit(.minutes(1)),
        arguments: [
            "--b\n", "--b99\n", "x", "\n", "--", "A: b\n", "--b99--\n", "Content-Type: message/rfc822\n\n",
        ]
    )
    func cost(_ unit: String) {
        let nested = (0..<99).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined()
        for start in [nested, Self.mixed(""), Self.mixed("--b\n")] {
            let text = start + String(repeating: unit, count: (1 << 18) / unit.utf8.count)
            _ = MIMEStructure(parsing: Array(text.utf8))
        }
    }
}
