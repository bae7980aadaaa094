// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import Testing

@testable import MailMessage

@Suite("A message that is composed")
struct MessageComposerTests {
    /// Gives the same number for ever.
    private struct ConstantGenerator: RandomNumberGenerator {
        mutating func next() -> UInt64 { 7 }
    }

    private func header() throws -> MessageHeader {
        MessageHeader(
            from: [Mailbox(address: try MailAddress("a@b.example"))],
            to: [.mailbox(Mailbox(address: try MailAddress("c@d.example")))]
        )
    }

    private func compose(_ composer: MessageComposer, seed: UInt64 = 1) -> MIMEStructure {
        var generator = SeededGenerator(seed: seed)
        return MIMEStructure(parsing: composer.compose(using: &generator))
    }

    @Test("has the structure that its parts ask for")
    func structure() throws {
        let image = MIMEPart.file([1], fileName: "a.png", contentID: try ContentID("a@b"))
        let file = MIMEPart.file([2], fileName: "b.pdf")
        for (text, html, images, attachments, expected) in [
            (nil, nil, [], [], ["0 text/plain"]),
            ("t", nil, [], [], ["0 text/plain"]),
            (nil, "h", [], [], ["0 text/html"]),
            ("t", "h", [], [], ["0 multipart/alternative", "1 text/plain", "1 text/html"]),
            (nil, "h", [image], [], ["0 multipart/related", "1 text/html", "1 image/png"]),
            ("t", nil, [image], [], ["0 multipart/mixed", "1 text/plain", "1 image/png"]),
            (nil, nil, [], [file], ["0 multipart/mixed", "1 application/pdf"]),
            (
                "t", "h", [image], [file, file],
                [
                    "0 multipart/mixed", "1 multipart/alternative", "2 text/plain", "2 multipart/related",
                    "3 text/html",
                    "3 image/png", "1 application/pdf", "1 application/pdf",
                ]
            ),
        ] as [(String?, String?, [MIMEPart], [MIMEPart], [String])] {
            var composer = MessageComposer(header: try header(), text: text, html: html)
            composer.images = images
            composer.attachments = attachments
            #expect(compose(composer).parts.map { "\($0.depth) \($0.contentType.value)" } == expected)
        }
    }

    @Test("is the same for the same numbers, and has other boundaries for others")
    func deterministic() throws {
        let composer = MessageComposer(header: try header(), text: "t", html: "h")
        #expect(compose(composer).bytes == compose(composer).bytes)
        #expect(compose(composer).bytes != compose(composer, seed: 2).bytes)
    }

    @Test("has boundaries that differ and occur in no part, whatever the generator gives")
    func boundaries() throws {
        var composer = MessageComposer(header: try header(), text: "t", html: "h")
        var generator = ConstantGenerator()
        let first = MIMEStructure(parsing: composer.compose(using: &generator))
        let boundary = try #require(first.root.contentType["boundary"])
        composer.text = "--\(boundary)\n\n--\(boundary)--\n--\(boundary)x\n"
        composer.attachments = [.file(first.bytes, fileName: "whole.eml")]
        let second = MIMEStructure(parsing: composer.compose(using: &generator))
        #expect(
            second.parts.map(\.contentType.value) == [
                "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "message/rfc822",
                "multipart/alternative", "text/plain", "text/html",
            ]
        )
        let boundaries = second.parts.compactMap { $0.contentType["boundary"] }
        #expect(Set(boundaries).count == 3)
        #expect(boundaries.allSatisfy { $0.utf8.count <= 70 })
        #expect(second.text(of: second.parts[2]) == composer.text?.replacing("\n", with: "\r\n"))
    }

    @Test("attaches a message as it is, and as a file where it does not fit")
    func attachedMessages() throws {
        for (content, type, encoding) in [
            ("Subject: x\n\ntext\n", "message/rfc822", TransferEncoding.sevenBit),
            ("Subject: x\n\nGrüße\n", "message/rfc822", .eightBit),
            (String(repeating: "x", count: 999), "application/octet-stream", .base64),
            ("nul\0", "application/octet-stream", .base64),
        ] {
            var composer = MessageComposer(header: try header(), text: "t")
            composer.attachments = [.file(Array(content.utf8), fileName: "x.eml")]
            let structure = compose(composer)
            let part = structure.parts[2]
            #expect(part.contentType.value == type)
            #expect(part.transferEncoding == encoding)
            #expect(structure.root.transferEncoding == (encoding == .eightBit ? .eightBit : .sevenBit))
            let expected = encoding == .base64 ? content : content.replacing("\n", with: "\r\n")
            #expect(structure.content(of: part) == Array(expected.utf8)[...])
        }
    }

    @Test(
        "takes no type for a file that is none of one part",
        arguments: [
            "", "x", "multipart/mixed", "message/partial", "a/b/c", "ü/x", "text/\r\nBcc: x", "a b/c",
        ]
    )
    func types(_ type: String) throws {
        var composer = MessageComposer(header: try header(), text: "t")
        composer.attachments = [.file([1], fileName: "x", contentType: type)]
        #expect(compose(composer).parts.map(\.contentType.value).last == "application/octet-stream")
    }

    @Test(
        "names the character set of attached text where it is known",
        arguments: [
            ([0x41], "us-ascii"), ([0xC3, 0xBC], "utf-8"), ([0xFC], nil),
        ] as [([UInt8], String?)]
    )
    func attachedText(_ content: [UInt8], _ charset: String?) throws {
        var composer = MessageComposer(header: try header(), text: "t")
        composer.attachments = [.file(content, fileName: "x.txt")]
        #expect(compose(composer).parts.last?.contentType["charset"] == charset)
        composer.attachments = [.file(content, fileName: "x.txt", contentType: "text/plain; charset=latin1")]
        #expect(compose(composer).parts.last?.contentType["charset"] == "latin1")
    }

    @Test("writes large files in pieces, never more than a part of them at a time")
    func pieces() throws {
        let content = Array(repeating: UInt8(ascii: "x"), count: 1 << 20)
        var composer = MessageComposer(header: try header(), text: "t")
        composer.attachments = [.file(content, fileName: "x.bin")]
        var generator = SeededGenerator(seed: 1)
        var largest = 0
        var message: [UInt8] = []
        composer.write(using: &generator) { piece in
            largest = max(largest, piece.count)
            message += piece
        }
        #expect(largest < 100_000)
        let structure = MIMEStructure(parsing: message)
        #expect(structure.content(of: structure.parts[2]) == content[...])
    }

    @Test("asks for a file while it is written, in pieces of any size", arguments: [1, 56, 57, 58, 1000])
    func suppliedFile(pieceByteCount: Int) throws {
        let content = (0..<1000).map { UInt8($0 % 251) }
        for (name, type, expected) in [
            ("x.png", nil, "image/png"), ("x.eml", nil, "application/octet-stream"),
            ("x.bin", "text/csv; charset=utf-8", "text/csv"),
            ("", "multipart/mixed", "application/octet-stream"),
        ] as [(String, String?, String)] {
            var composer = MessageComposer(header: try header(), text: "t")
            composer.attachments = [
                .file(suppliedAs: 7, fileName: name, contentType: type), .file(content, fileName: "y.bin"),
            ]
            var generator = SeededGenerator(seed: 1)
            var rest = content[...]
            var message: [UInt8] = []
            composer.write(
                using: &generator,
                supply: { number in
                    #expect(number == 7)
                    defer { rest = rest.dropFirst(pieceByteCount) }
                    return rest.isEmpty ? nil : Array(rest.prefix(pieceByteCount))
                },
                to: { message += $0 }
            )
            let structure = MIMEStructure(parsing: message)
            #expect(structure.parts[2].contentType.value == expected)
            #expect(structure.content(of: structure.parts[2]) == content[...])
            #expect(structure.content(of: structure.parts[3]) == content[...])
            // The lines are those of a file that was there as a whole.
            #expect(message.split(separator: 0x0A).allSatisfy { $0.count <= 77 })
        }
    }

    @Test("ends where the sink does")
    func failingSink() throws {
        let composer = MessageComposer(header: try header(), text: "t")
        var generator = SeededGenerator(seed: 1)
        var count = 0
        #expect(throws: CancellationError.self) {
            try composer.write(using: &generator) { (_: ArraySlice<UInt8>) throws(CancellationError) in
                count += 1
                if count == 2 { throw CancellationError() }
            }
        }
        #expect(count == 2)
    }

    @Test("says which character cannot be written, before it is written in UTF-8")
    func validation() throws {
        var composer = MessageComposer(header: try header(), text: "Grüße", html: "<p>")
        composer.charset = .latin1
        composer.style.charset = .latin1
        try composer.validate()
        var others = [composer, composer, composer, composer]
        others[0].header.subject = "10 €"
        others[1].text = "10 €"
        others[2].html = "10 €"
        others[3].header.cc = [.group(name: "€", members: [])]
        for other in others {
            #expect(throws: CharsetError.self) { try other.validate() }
            #expect(String(decoding: compose(other).bytes, as: UTF8.self).contains("utf-8"))
        }
        others[0].style.charset = nil
        try others[0].validate()
        #expect(compose(others[0]).root.header.values(of: "Subject") == ["10 €"])
    }

    @Test("has no field of the caller's that must not be there")
    func extraFields() throws {
        for name in [
            "Bcc", "BCC", "Resent-Bcc", "Content-Type", "MIME-Version", "", "a b", "a:", "ü", "a\r\nBcc",
            "\n",
        ] {
            #expect(throws: HeaderFieldError.self) { try ExtraField(name: name, value: "x") }
        }
        var header = try header()
        header.extraFields = [
            try ExtraField(name: "Resent-To", value: "Jürgen <j@b.example>"),
            try ExtraField(name: "X-Note", value: "two\r\nlines: ü"),
        ]
        #expect(
            header.fields().suffix(2) == [
                "Resent-To: =?utf-8?Q?J=C3=BCrgen?= <j@b.example>",
                "X-Note: " + EncodedWord.words(for: "two  lines: ü")[0],
            ]
        )
    }

    @Test("is referred to by names that can stand anywhere")
    func contentIDs() throws {
        #expect(try ContentID("logo.1@b-c.example").url == "cid:logo.1@b-c.example")
        for value in ["", "x", "a@", "@b", "a@b@c", "a b@c", "<a@b>", "ü@b", "a@b\n", "a..b@c", "a%b@c"] {
            #expect(throws: HeaderFieldError.self) { try ContentID(value) }
        }
    }

    @Test(
        "has text as it is, as quoted-printable or as base64, whichever fits",
        arguments: [
            ("plain", TransferEncoding.sevenBit), (String(repeating: "x", count: 79), .quotedPrintable),
            ("ein schöner Tag", .quotedPrintable), ("你好", .base64), ("\0", .base64),
            ("long enough for one nul\0", .quotedPrintable),
        ]
    )
    func encodings(_ text: String, _ encoding: TransferEncoding) {
        #expect(MIMEPart.text(text).transferEncoding == encoding)
    }

    @Test(
        "shows old programs a name that they can read",
        arguments: [
            ("report.pdf", "report.pdf"), ("Grüße.txt", "Gr__e.txt"), ("北京", "__"), ("a?b", "a_b"),
            ("👩‍👩‍👧‍👦.png", "_.png"),
            (String(repeating: "x", count: 100) + ".pdf", String(repeating: "x", count: 56) + ".pdf"),
            ("x." + String(repeating: "y", count: 100), "x." + String(repeating: "y", count: 58)),
        ]
    )
    func fallbackNames(_ name: String, _ expected: String) {
        #expect(FileNameRules.fallback(for: name) == expected)
    }
}
