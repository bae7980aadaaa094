// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import NIOCore
import SMTPProtocol
import Testing

@Suite struct ReplyParserTests {
    /// What comes out of a stream: the replies, and the error at which it ends.
    private struct Reading: Equatable {
        var replies: [Reply] = []
        var error: ReplyError?
        var unreadByteCount = 0
    }

    private static let fixtures: [(name: String, bytes: [UInt8])] =
        [
            ("one line", "220 relay.example ESMTP\r\n"),
            ("no text", "250\r\n250 \r\n250-\r\n250\r\n"),
            ("several lines", "250-relay.example\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250 8BITMIME\r\n"),
            ("pipelined", "250 2.1.0 Ok\r\n550-5.1.1 No\r\n550 5.1.1 such user\r\n354 Go ahead\r\n"),
            ("bare line feeds", "250-one\n250-two\r\n250 three\n"),
            ("unfinished", "250-one\r\n250 tw"),
            ("carriage returns within", "250 a\rb\r\r\n221 x\r\n"),
            ("NUL and beyond", "550 \0\u{1}\u{7F}\u{85}\u{2028}\u{202E} ü\r\n"),
            ("no UTF-8", "550 \u{FFFF}\r\n"),
            ("code changes", "250-one\r\n251 two\r\n250 three\r\n"),
            ("code changes in the last line", "250-one\r\n550 two\r\n"),
            ("no code", "250 one\r\nHTTP/1.1 400 Bad Request\r\n"),
            ("short code", "25\r\n"),
            ("empty line", "\r\n"),
            ("four digits", "2500 one\r\n"),
            ("underscore", "250_one\r\n"),
            ("out of range", "250 one\r\n199 two\r\n"),
            ("far out of range", "600 one\r\n"),
            ("signs", "+25 one\r\n"),
            ("other digits", "２５０ one\r\n"),
        ].map { ($0.0, Array($0.1.utf8)) } + [
            ("stray bytes", Array("550 ".utf8) + [0xFF, 0xC3, 0x28, 0x80] + Array("\r\n".utf8))
        ]

    private func read(
        _ pieces: some Sequence<some Sequence<UInt8>>,
        limits: ReplyLimits = .standard
    ) -> Reading {
        var parser = ReplyParser(limits: limits)
        var buffer = ByteBuffer()
        var reading = Reading()
        for piece in pieces {
            buffer.writeBytes(piece)
            do throws(ReplyError) {
                while let reply = try parser.parse(&buffer) { reading.replies.append(reply) }
            } catch {
                reading.error = error
                return reading
            }
        }
        reading.unreadByteCount = buffer.readableBytes
        return reading
    }

    @Test("A stream is read alike however it is split", arguments: fixtures.map(\.name))
    func streamIsReadAlikeHoweverSplit(name: String) throws {
        let bytes = try #require(Self.fixtures.first { $0.name == name }).bytes
        let whole = read([bytes])
        for pieces in Splits.all(of: bytes) {
            #expect(read(pieces) == whole)
        }
    }

    @Test("The lines of a reply come together, with what follows left for the next")
    func linesComeTogether() {
        let reading = read([Array("250-relay.example\r\n250 SIZE 1000\n550 5.1.1 No\r\n25".utf8)])
        #expect(reading.replies.map(\.code) == [250, 550])
        #expect(reading.replies.map(\.lines) == [["relay.example", "SIZE 1000"], ["5.1.1 No"]])
        #expect(reading.unreadByteCount == 2)
        #expect(reading.error == nil)
    }

    @Test("T2: what is no reply is an error, and stays one")
    func T2_errorsStay() throws {
        let expected: [String: ReplyError] = [
            "250-a\r\n550 b\r\n": .codeChanged, "\r\n": .malformedLine, "25\r\n": .malformedLine,
            "25x b\r\n": .malformedLine,
            "250+b\r\n": .malformedLine, "199 b\r\n": .codeOutOfRange, "999 b\r\n": .codeOutOfRange,
            "000 b\r\n": .codeOutOfRange,
        ]
        for (text, error) in expected {
            var parser = ReplyParser()
            var buffer = ByteBuffer(string: text + "250 fine\r\n")
            #expect(throws: error, "\(text.debugDescription)") { try parser.parse(&buffer) }
            #expect(throws: error, "\(text.debugDescription)") { try parser.parse(&buffer) }
        }
    }

    @Test("T2: nothing but printable text leaves the parser")
    func T2_onlyPrintableTextLeaves() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<500 {
            var line = Array("550-".utf8)
            for _ in 0..<Int.random(in: 0...60, using: &generator) {
                line.append(UInt8.random(in: 0...255, using: &generator))
            }
            line.removeAll { $0 == UInt8(ascii: "\n") }
            let reading = read([line + Array("\r\n550 end\r\n".utf8)])
            for text in reading.replies.flatMap(\.lines) {
                #expect(PrintableText(text, limitBytes: .max).string == text)
                #expect(!text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
            }
        }
    }

    @Test("T2: a line of 64 KiB is refused before it has arrived")
    func T2_overlongLine() {
        let reading = read(
            [Array("250 ".utf8)]
                + Array(repeating: Array(repeating: UInt8(ascii: "x"), count: 512), count: 128)
        )
        #expect(reading.error == .lineTooLong)
    }

    @Test("T2: the longest line is read, one byte more is not, however it is split")
    func T2_longestLine() {
        let limits = ReplyLimits(lineByteCount: 12, lineCount: 3)
        for end in ["\n", "\r\n"] {
            let longest = Array(("250 12345678" + end).utf8)
            let longer = Array(("250 123456789" + end).utf8)
            for pieces in Splits.all(of: longest) { #expect(read(pieces, limits: limits).replies.count == 1) }
            for pieces in Splits.all(of: longer) {
                #expect(read(pieces, limits: limits).error == .lineTooLong)
            }
        }
    }

    @Test("T2: a reply without end is refused, the longest one allowed is read whole")
    func T2_endlessReply() throws {
        let line = Array("250-again and again\r\n".utf8)
        #expect(read(Array(repeating: line, count: 1001)).error == .tooManyLines)
        let long = read([Array(repeating: line, count: 999).flatMap(\.self) + Array("250 end\r\n".utf8)])
        #expect(try #require(long.replies.first).lines.count == 1000)
    }

    @Test("T34: an answer to EHLO of ten thousand lines is refused")
    func T34_tenThousandLines() {
        let lines = (0..<10_000).map { Array("250-X-KEYWORD-\($0)\r\n".utf8) }
        #expect(read(lines + [Array("250 SIZE\r\n".utf8)]).error == .tooManyLines)
    }

    @Test("T30: random streams are read as a line-by-line reference reads them")
    func T30_differential() {
        var generator = SeededGenerator(seed: 30)
        let words = [
            "250", "550", "25", "199", "-", " ", "x", "5.1.1", "\r", "\n", "\r\n", "\r\n", "\r\n", "\0",
            "250-", "250 ", "550 ",
        ]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 1...14, using: &generator)).compactMap { _ in
                words.randomElement(using: &generator)
            }.joined()
            let bytes = Array(text.utf8)
            let reading = read(Splits.random(of: bytes, longest: 4, using: &generator))
            #expect(reading.replies == Self.reference(bytes), "\(text.debugDescription)")
        }
    }

    /// The replies before the first thing that is none, read in the plainest way.
    private static func reference(_ bytes: [UInt8]) -> [Reply] {
        var replies: [Reply] = []
        var texts: [PrintableText] = []
        var opened: Int?
        for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
            let line = part.last == 0x0D ? part.dropLast() : part
            guard let code = Int(String(decoding: line.prefix(3), as: UTF8.self)), (200...599).contains(code),
                line.count == 3 || " -".utf8.contains(line[line.startIndex + 3]),
                opened == nil || opened == code
            else { break }
            texts.append(PrintableText(bytes: line.dropFirst(4)))
            opened = code
            if line.count == 3 || line[line.startIndex + 3] == UInt8(ascii: " ") {
                replies.append(Reply(code: code, lines: texts))
                texts = []
                opened = nil
            }
        }
        return replies
    }
}
