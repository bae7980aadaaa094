// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import Testing

@Suite("The header of a message")
struct HeaderBlockTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let text: String
        let fields: [String]
        let body: String
        var isTerminated = true
        var testDescription: String { text.debugDescription }
    }

    static let samples = [
        Sample(text: "A: 1\nB: 2\n\nbody\n", fields: ["A=1", "B=2"], body: "body\n"),
        Sample(text: "A: 1\r\nB: 2\r\n\r\nbody\r\n", fields: ["A=1", "B=2"], body: "body\r\n"),
        Sample(text: "A: 1\r\nB: 2\n\r\nbody", fields: ["A=1", "B=2"], body: "body"),
        Sample(text: "A: 1\n\n", fields: ["A=1"], body: ""),
        Sample(text: "\nbody", fields: [], body: "body"),
        Sample(text: "\r\nbody", fields: [], body: "body"),
        Sample(text: "A: one\n two\n\tthree\n\nbody", fields: ["A=one two\tthree"], body: "body"),
        Sample(text: "A:\r\n  one\r\n\r\nbody", fields: ["A=one"], body: "body"),
        Sample(text: "A:1\n \nB: 2\n\nbody", fields: ["A=1", "B=2"], body: "body"),
        Sample(text: "A : 1\n\n", fields: ["A=1"], body: ""),
        Sample(text: "A:\nB:\n\n", fields: ["A=", "B="], body: ""),
        Sample(text: "A: 1: 2\n\n", fields: ["A=1: 2"], body: ""),
        Sample(text: "A: 1\nno header\nB: 2\n\n", fields: ["A=1"], body: "no header\nB: 2\n\n"),
        Sample(text: "no header\n", fields: [], body: "no header\n"),
        Sample(text: " leading blank: x\n\n", fields: [], body: " leading blank: x\n\n"),
        Sample(text: ": no name\n\n", fields: [], body: ": no name\n\n"),
        Sample(text: "Nämé: x\n\n", fields: [], body: "Nämé: x\n\n"),
        Sample(text: "A: 1\r\r\n\nbody", fields: ["A=1\r"], body: "body"),
        Sample(text: "", fields: [], body: "", isTerminated: false),
        Sample(text: "A: 1\n", fields: ["A=1"], body: "", isTerminated: false),
        Sample(text: "A: 1\nB: 2", fields: ["A=1"], body: "B: 2", isTerminated: false),
        Sample(text: "A: 1\n\r", fields: ["A=1"], body: "\r", isTerminated: false),
        Sample(text: "A: ü \n\n", fields: ["A=ü"], body: ""),
    ]

    @Test("is divided into fields, unfolded, and ends where the body begins", arguments: samples)
    func fields(_ sample: Sample) {
        let header = HeaderBlock(parsing: Array(sample.text.utf8))
        #expect(header.fields.map { $0.name + "=" + header.value(of: $0) } == sample.fields)
        #expect(String(decoding: header.bytes[header.bodyOffset...], as: UTF8.self) == sample.body)
        #expect(header.isTerminated == sample.isTerminated)
    }

    @Test("leaves no byte out: the fields, the empty line and the body are the message", arguments: samples)
    func coverage(_ sample: Sample) {
        let header = HeaderBlock(parsing: Array(sample.text.utf8))
        var end = 0
        for field in header.fields {
            #expect(field.range.lowerBound == end)
            end = field.range.upperBound
        }
        #expect(header.fieldsEnd == end)
        #expect(
            ["", "\n", "\r\n"].contains(
                String(decoding: header.bytes[end..<header.bodyOffset], as: UTF8.self)
            )
        )
    }

    @Test(
        "that was cut anywhere within is not terminated, and has no field that the whole one has not",
        arguments: samples
    )
    func prefixes(_ sample: Sample) {
        let bytes = Array(sample.text.utf8)
        let whole = HeaderBlock(parsing: bytes)
        for length in 0..<bytes.count {
            let part = HeaderBlock(parsing: Array(bytes[..<length]))
            #expect(part.fields.count <= whole.fields.count)
            #expect(part.bodyOffset <= length)
            if part.isTerminated { #expect(part.bodyOffset == whole.bodyOffset) }
        }
    }

    @Test("finds fields whatever the case of their names")
    func names() {
        let header = HeaderBlock(parsing: Array("To: a\nTO: b\nX-To: c\n\n".utf8))
        #expect(header.values(of: "to") == ["a", "b"])
        #expect(header.has("x-TO"))
        #expect(!header.has("t"))
    }

    @Test("keeps a carriage return that ends no line, for the reader of the value to refuse")
    func loneCarriageReturn() {
        let header = HeaderBlock(parsing: Array("To: a\r@b.example\r\n\r\n".utf8))
        #expect(header.values(of: "To") == ["a\r@b.example"])
    }

    @Test("may hold any bytes", .timeLimit(.minutes(1)))
    func anyBytes() {
        for seed in 0..<2000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let alphabet: [UInt8] = [0x0A, 0x0D, 0x20, 0x09, 0x3A, 0x41, 0x00, 0xFF, 0xC3, 0xBC]
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            let header = HeaderBlock(parsing: bytes)
            #expect(header.bodyOffset <= bytes.count)
            for field in header.fields { _ = header.value(of: field) }
        }
    }
}
