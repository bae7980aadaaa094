// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import NIOCore
import SMTPProtocol
import Testing

/// The scanner and the encoder, which must see the same lines.
@Suite struct ContentTests {
    private static let messages: [String: [UInt8]] = [
        "nothing": "",
        "one line": "hello",
        "one line ended": "hello\r\n",
        "line feeds": "Subject: x\n\nhello\nworld\n",
        "carriage returns": "Subject: x\r\rhello\rworld\r",
        "mixed ends": "a\nb\rc\r\nd\n\re\r\r\nf",
        "dots": ".\r\n..\r\n...\r\n.a\r\na.\r\n",
        "a dot at the end": "hello\r\n.",
        "an end of data with line feeds": "a\n.\nb\n",
        "an end of data with carriage returns": "a\r.\rb\r",
        "half an end of data": "a\r\n.\rb",
        "half an end of data at the end": "a\r\n.\r",
        "an end of data": "a\r\n.\r\nMAIL FROM:<evil@example.org>\r\n",
        "NUL": "a\0b\r\n\0",
        "8-bit body": "Subject: x\n\nGrüße\n",
        "8-bit header": "Subject: Grüße\n\nhi\n",
        "8-bit at the first byte of the body": "a\n\nü",
        "8-bit in a header without end": "Subject: Grüße",
        "eight bytes and a break": "12345678\r\n12345678\n1234567\r\n",
        "empty lines": "\n\n\r\r\n\r\n\n",
        "tabs and controls": "a\tb\u{B}c\u{C}\u{1}\r\n",
    ].mapValues { Array($0.utf8) }

    private func encode(
        _ pieces: some Sequence<ArraySlice<UInt8>>,
        _ framing: ContentFraming = .dotted
    ) -> [UInt8] {
        var encoder = ContentEncoder(framing: framing)
        var buffer = ByteBuffer()
        for piece in pieces { piece.withUnsafeBytes { encoder.encode($0, into: &buffer) } }
        encoder.finish(into: &buffer)
        return Array(buffer.readableBytesView)
    }

    private func scan(_ pieces: some Sequence<ArraySlice<UInt8>>) -> ContentFacts {
        var scanner = ContentScanner()
        for piece in pieces { piece.withUnsafeBytes { scanner.scan($0) } }
        return scanner.finish()
    }

    @Test(
        "T14: a message is scanned and encoded as by the plain reference, however it is split",
        arguments: messages.keys.sorted()
    )
    func T14_messagesAtEverySplit(name: String) throws {
        let bytes = try #require(Self.messages[name])
        let naive = NaiveContent(bytes)
        for pieces in [[bytes[...]]] + Splits.all(of: bytes) {
            #expect(encode(pieces) == naive.wire)
            #expect(encode(pieces, .chunked) == naive.chunks)
            #expect(scan(pieces) == naive.facts)
        }
        // The number that SIZE announces is the number of bytes that BDAT counts.
        #expect(Int64(naive.chunks.count) == naive.facts.wireByteCount)
    }

    @Test("T14: random messages are scanned and encoded as by the plain reference, however they are split")
    func T14_differential() {
        var generator = SeededGenerator(seed: 14)
        let alphabet: [UInt8] = [
            0x0D, 0x0A, 0x2E, 0x2E, 0x00, 0x61, 0x62, 0x63, 0xFC, 0x09, 0x0C, 0x0E, 0x8A, 0x8D, 0x0B,
        ]
        for round in 0..<2000 {
            let isDense = round % 2 == 0
            let bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                isDense || Int.random(in: 0..<12, using: &generator) == 0
                    ? alphabet.randomElement(using: &generator) ?? 0 : UInt8(ascii: "x")
            }
            let naive = NaiveContent(bytes)
            let pieces = Splits.random(of: bytes, longest: 40, using: &generator)
            #expect(encode(pieces) == naive.wire, "\(bytes)")
            #expect(encode(pieces, .chunked) == naive.chunks, "\(bytes)")
            #expect(scan(pieces) == naive.facts, "\(bytes)")
        }
    }

    @Test("T14: the wire has CR and LF only as pairs and exactly one line of one dot, the last")
    func T14_oneEndOfData() {
        var generator = SeededGenerator(seed: 15)
        let alphabet: [UInt8] = [0x0D, 0x0A, 0x2E, 0x61]
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            let wire = [0x0D, 0x0A] + encode([bytes[...]])
            let end: [UInt8] = [0x0D, 0x0A, 0x2E, 0x0D, 0x0A]
            let ends = wire.indices.filter { wire[$0...].starts(with: end) }
            #expect(ends == [wire.count - end.count])
            for index in wire.indices {
                if wire[index] == 0x0D { #expect(wire[index + 1] == 0x0A) }
                if wire[index] == 0x0A { #expect(wire[index - 1] == 0x0D) }
            }
        }
    }

    @Test("Blocks longer than one look at the room are encoded whole")
    func longMessagesAreEncodedWhole() {
        for bytes in [
            [UInt8](repeating: 0x0A, count: 50_000), [UInt8](repeating: 0x2E, count: 50_000),
            Array(repeating: Array(".\n".utf8), count: 30_000).flatMap(\.self),
            Array(
                repeating: Array("seventy-six bytes or so of an ordinary line of text\r\n".utf8),
                count: 3000
            ).flatMap(\.self),
        ] {
            let naive = NaiveContent(bytes)
            #expect(encode([bytes[...]]) == naive.wire)
            #expect(scan([bytes[...]]) == naive.facts)
        }
    }

    @Test("An encoder that has finished is at the beginning again")
    func finishedEncoderIsNew() {
        var encoder = ContentEncoder(framing: .dotted)
        var buffer = ByteBuffer()
        Array("a\r".utf8).withUnsafeBytes { encoder.encode($0, into: &buffer) }
        encoder.finish(into: &buffer)
        Array("\n.".utf8).withUnsafeBytes { encoder.encode($0, into: &buffer) }
        encoder.finish(into: &buffer)
        #expect(String(buffer: buffer) == "a\r\n.\r\n\r\n..\r\n.\r\n")
    }
}
