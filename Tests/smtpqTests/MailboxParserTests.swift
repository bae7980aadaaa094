// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import smtpq

@Suite("An mbox")
struct MailboxParserTests {
    /// The messages that are found when the text comes in pieces of that many bytes, with the lines of their separators.
    private func messages(_ text: String, pieces: Int = .max) -> [String] {
        var parser = MailboxParser()
        var bytes = Array(text.utf8)[...]
        var events: [MailboxParser.Event] = []
        while !bytes.isEmpty {
            events += parser.parse(Array(bytes.prefix(pieces)))
            bytes = bytes.dropFirst(pieces)
        }
        events += parser.end()
        var found: [String] = []
        for event in events {
            switch event {
            case .message(let line): found.append("\(line): ")
            case .content(let bytes):
                if found.isEmpty { found.append("") }
                found[found.count - 1] += String(decoding: bytes, as: UTF8.self)
            }
        }
        return found
    }

    private static let samples: [(String, [String])] = [
        ("", []),
        ("From a\nS: x\n\nbody\n\nFrom b\nS: y\n\nz\n", ["1: S: x\n\nbody\n", "6: S: y\n\nz\n"]),
        ("From a\r\nS: x\r\n\r\nbody\r\n\r\nFrom b\r\nS: y\r\n", ["1: S: x\r\n\r\nbody\r\n", "6: S: y\r\n"]),
        // The empty line before a separator, or the end, is its own; another one is the message's.
        ("From a\nx\n\n\nFrom b\ny\n\n", ["1: x\n\n", "5: y\n"]),
        // Within a paragraph it is no separator.
        ("From a\nS: x\n\nDear B,\nFrom now on\n", ["1: S: x\n\nDear B,\nFrom now on\n"]),
        // mboxrd takes one away, and only before From.
        ("From a\n>From b\n>>From c\n>Frog\n>\nFrom\n", ["1: From b\n>From c\n>Frog\n>\nFrom\n"]),
        ("From a\n\nFrom b\n\n\nFrom c\n", ["1: ", "3: \n", "6: "]),
        // A last line without its end, one that could have become something else.
        ("From a\nx", ["1: x"]), ("From a\nx\n>Fro", ["1: x\n>Fro"]), ("From a\nx\n\n\r", ["1: x\n\n\r"]),
        ("From a", ["1: "]),
        ("\r\r\nx", ["\r\r\nx"]), ("\nFrom a\nx\n", ["2: x\n"]), ("S: x\n\nFrom a\n", ["S: x\n", "3: "]),
        (String(repeating: ">", count: 70) + "From a\n", [String(repeating: ">", count: 70) + "From a\n"]),
    ]

    @Test("has the messages between its separators, whatever pieces it comes in", arguments: samples)
    func splits(text: String, expected: [String]) {
        for pieces in 1...max(1, text.utf8.count) {
            #expect(messages(text, pieces: pieces) == expected, "in pieces of \(pieces)")
        }
    }

    @Test("of one endless line is handed over as it comes")
    func endlessLine() {
        var parser = MailboxParser()
        _ = parser.parse(Array("From a\n".utf8))
        for byte in [">", "x"] {
            let piece = Array(repeating: UInt8(ascii: byte == ">" ? ">" : "x"), count: 1 << 20)
            let handedOver = parser.parse(piece).reduce(0) { count, event in
                if case .content(let bytes) = event { count + bytes.count } else { count }
            }
            #expect(handedOver == 1 << 20)
        }
    }
}
