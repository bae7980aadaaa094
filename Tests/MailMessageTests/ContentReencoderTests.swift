// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import Testing

@testable import MailMessage

@Suite("A message that is re-encoded")
struct ContentReencoderTests {
    private static let long = String(repeating: "x", count: 1200)
    private static let eightBit = "Content-Transfer-Encoding: 8bit\r\n"

    @Test(
        "has quoted-printable text, encoded words, and all else as it was",
        arguments: [
            ("A: b\r\n\r\ntext\r\n", "A: b\r\n\r\ntext\r\n"),
            (
                "Subject: Grüße\r\nReceived: x\r\n\r\ntext\r\n",
                "Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\nReceived: x\r\n\r\ntext\r\n"
            ),
            (
                "Content-Type: text/plain; charset=utf-8\r\n\(eightBit)MIME-Version: 1.0\r\n\r\nein schöner Tag = x\r\n",
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
                    + "MIME-Version: 1.0\r\n\r\nein sch=C3=B6ner Tag =3D x\r\n"
            ),
            (
                "A: b\r\n\r\nGrüße, eine ganze Zeile davon\r\n",
                "A: b\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    + "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe, eine ganze Zeile davon\r\n"
            ),
            (
                "Content-Type: a/b\r\n\(eightBit)\r\nü",
                "Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\nw7w=\r\n"
            ),
            (
                "Content-Type: text/plain; charset=utf-16\r\n\(eightBit)\r\nü long enough for quoted-printable\r\n",
                "Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                    + "w7wgbG9uZyBlbm91Z2ggZm9yIHF1b3RlZC1wcmludGFibGUNCg==\r\n"
            ),
            (
                "Content-Type: multipart/mixed; boundary=b\r\n\(eightBit)\r\nü\r\n--b  \r\n\(eightBit)\r\na\r\n--b--\r\nü\r\n",
                "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: 7bit\r\n\r\n--b\r\n"
                    + "Content-Transfer-Encoding: 7bit\r\n\r\na\r\n--b--\r\n"
            ),
            (
                "To: Jürgen (Chef) <a@b.example>, c@d.example\r\n\r\n",
                "To: =?utf-8?Q?J=C3=BCrgen?= <a@b.example>, c@d.example\r\n\r\n"
            ),
            (
                "Content-Disposition: inline; filename=\"ü\"\r\n\r\n",
                "Content-Disposition: inline; filename*=utf-8''%C3%BC\r\n\r\n"
            ),
            (
                "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: ü\r\n--b--\r\n",
                "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: =?utf-8?B?w7w=?=\r\n\r\n--b--\r\n"
            ),
            (
                "noheaderü and so on and on and on",
                "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    + "Content-Transfer-Encoding: quoted-printable\r\n\r\nnoheader=C3=BC and so on and on and on"
            ),
        ]
    )
    func reencoded(_ message: String, _ expected: String) throws {
        #expect(
            String(decoding: try ContentReencoder.reencode(Array(message.utf8)), as: UTF8.self) == expected
        )
    }

    @Test(
        "is refused where that would not be the same message",
        arguments: [
            ("Content-Type: multipart/signed; boundary=b\n\n--b\n\nü\n--b--", ReencodingError.Code.signed),
            ("Content-Type: multipart/signed; boundary=b\n\n--b\n\n\(long)\n--b--", .signed),
            (
                "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/signed; boundary=b\n\n"
                    + "--b\n\nü\n--b--\n--a--",
                .signed
            ),
            ("Content-Type: multipart/mixed\n\nü\n", .structure),
            ("Content-Type: message/partial\n\nü\n", .structure),
            ("Content-Type: multipart/mixed; boundary=\"ü\"\n\n--ü\n\nü\n--ü--", .structure),
            (
                "Content-Type: multipart/mixed; boundary=\"a\u{1}b\"\n\n--a\u{1}b\n\nü\n--a\u{1}b--",
                .structure
            ),
            ("Content-Type: multipart/mixed; \u{1}boundary\0=b\n\n--b\n\nx\n--b--", .header),
            ("Content-Type: multipart/mixed; \"x; boundary\"=b; y=\0\n\n--b\n\nx\n--b--", .header),
            ("Content-Transfer-Encoding: x-uuencode\n\nü\n", .encoding),
            ("Message-ID: <ü@b.example>\n\n", .header), ("References: \(long)\n\n", .header),
            ("To: ü\n\n", .header), ("Content-Type: \(long)/x\n\n", .header),
            ("From: ü@b.example\n\n", .address),
        ]
    )
    func refused(_ message: String, _ code: ReencodingError.Code) {
        #expect {
            try ContentReencoder.reencode(Array(message.utf8))
        } throws: {
            ($0 as? ReencodingError)?.code == code
        }
    }

    @Test("judges text by what it says, not by how it was encoded")
    func encodedText() throws {
        let content = Array(String(repeating: "你好，世界。\r\n", count: 100).utf8)
        let message = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        let result = try ContentReencoder.reencode(Array((message + Base64.encode(content) + "\r\n").utf8))
        let structure = MIMEStructure(parsing: result)
        #expect(structure.root.transferEncoding == .base64)
        #expect(structure.content(of: structure.root) == content[...])
    }

    @Test("keeps what is signed, to the byte, where it fits")
    func signed() throws {
        let part = "Content-Transfer-Encoding: 8bit\r\n\r\nsigned \r\n"
        let message =
            "Subject: ü\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\(part)\r\n--b--\r\n"
        let result = String(decoding: try ContentReencoder.reencode(Array(message.utf8)), as: UTF8.self)
        #expect(result.contains("--b\r\n\(part)\r\n--b--\r\n"))
    }

    @Test("names bytes that are no UTF-8 as unknown, and keeps them")
    func unknownBytes() throws {
        let message =
            Array("Subject: Gr".utf8) + [0xFC, 0xDF] + Array("e\r\n\r\n".utf8) + [0xFC]
            + Array("ber\r\n".utf8)
        let result = String(decoding: try ContentReencoder.reencode(message), as: UTF8.self)
        #expect(result.contains("Subject: =?unknown-8bit?B?R3L832U=?="))
        #expect(result.contains("charset=unknown-8bit"))
        #expect(result.contains("/GJlcg0K") || result.contains("=FCber"))
    }

    @Test("T23: has no line over 998 bytes, whatever lines it had")
    func T23_longLines() throws {
        let words = String(repeating: "word ", count: 1000)
        let addresses = Array(repeating: "a@b.example", count: 500).joined(separator: ",")
        for message in [
            "Subject: \(words)\n\n\(Self.long)\n", "Subject: \(Self.long)\n\n", "To: \(addresses)\n\n",
            "References: \(words)\n\n", "Content-Type: a/b; name=\"\(Self.long)\"\n\n",
            "Content-Transfer-Encoding: base64\n\n\(String(repeating: "AAAA", count: 1000))\n",
            "Content-Transfer-Encoding: quoted-printable\n\n\(words)=C3=BC\n", "A: b\n\nnul\0\n",
            "\n" + String(repeating: "x", count: 1 << 20),
        ] {
            let result = try ContentReencoder.reencode(Array(message.utf8))
            #expect(ContentProfile(of: result[...]).fits7Bit)
            #expect(Self.contents(of: result) == Self.contents(of: Array(message.utf8)))
            #expect(try ContentReencoder.reencode(result) == result)
        }
    }

    @Test("has the structure, the texts and the files that it had, and stays as it is the next time")
    func anyMessage() throws {
        var count = 0
        for seed in 0..<300 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let message = EightBitMessages.part(depth: 0, using: &generator)
            guard let result = try? ContentReencoder.reencode(message) else { continue }
            count += 1
            #expect(ContentProfile(of: result[...]).fits7Bit, "seed \(seed)")
            #expect(Self.contents(of: result) == Self.contents(of: message), "seed \(seed)")
            #expect(try ContentReencoder.reencode(result) == result, "seed \(seed)")
        }
        #expect(count > 250)
    }

    @Test("may be cut anywhere")
    func prefixes() {
        for seed in 0..<6 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let message = EightBitMessages.part(depth: 0, using: &generator).prefix(1200)
            for length in 0..<message.count {
                guard let result = try? ContentReencoder.reencode(Array(message.prefix(length))) else {
                    continue
                }
                #expect(ContentProfile(of: result[...]).fits7Bit)
            }
        }
    }

    @Test("may be any bytes")
    func anyBytes() {
        for seed in 0..<3000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let alphabet: [UInt8] = Array("\r\n\n\n: ;=-bA".utf8) + [0x00, 0xC3, 0xBC, 0xFF]
            let head = Array("Content-Type: multipart/mixed; boundary=b\n\n--b\n".utf8)
            let bytes = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            guard let result = try? ContentReencoder.reencode((seed % 2 == 0 ? head : []) + bytes) else {
                continue
            }
            #expect(ContentProfile(of: result[...]).fits7Bit, "seed \(seed)")
        }
    }

    @Test(
        "takes a time that grows with its length alone",
        .timeLimit(.minutes(1)),
        arguments: [
            "ü", "ü\n", "--b\n\nü\n", "x: ü\n", "--b\n", "=", "Subject: =?utf-8?q?ü\n ",
            "To: ü <a@b.example>,\n ",
        ]
    )
    func cost(_ unit: String) {
        let nested = (0..<98).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined()
        for start in [nested, "\n", "", "Content-Type: multipart/mixed; boundary=b\n\n"] {
            let text = start + String(repeating: unit, count: (1 << 17) / unit.utf8.count)
            _ = try? ContentReencoder.reencode(Array(text.utf8))
        }
    }

    /// Depth, type and content of each part; text with one kind of line end.
    private static func contents(of message: [UInt8]) -> [String] {
        let structure = MIMEStructure(parsing: message)
        return structure.parts.map { part in
            guard part.children.isEmpty else { return "\(part.depth) \(part.contentType.value)" }
            let isText = part.contentType.value.hasPrefix("text/")
            let content = structure.content(of: part)
            let shown =
                isText ? String(decoding: content, as: UTF8.self).replacing("\r\n", with: "\n") : "\(content)"
            return "\(part.depth) \(part.contentType.value) \(shown)"
        }
    }
}
