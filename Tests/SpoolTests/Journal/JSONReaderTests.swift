// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import Testing

@testable import Spool

@Suite struct JSONReaderTests {
    private func read(_ text: String) -> JSONValue? { JSONReader.read(Array(text.utf8)[...]) }

    @Test(
        "JSON is read",
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("\t\r\nfalse", .bool(false)), ("0", .integer(0)),
            ("-0", .integer(0)),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775807", .integer(.max)),
            ("\"\"", .string("")),
            ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .string("\"\\/\u{8}\u{C}\n\r\t")),
            ("\"\\u00e9\\u00E9é\"", .string("ééé")),
            ("\"\\uD83D\\uDE00\"", .string("😀")), ("\"\\u0000\"", .string("\0")), ("[]", .array([])),
            ("[ ]", .array([])), ("{}", .object([])),
            ("{ }", .object([])), ("[1,[2]]", .array([.integer(1), .array([.integer(2)])])),
            (
                "{\"a\" : 1 , \"b\":[{}]}",
                .object([.init("a", .integer(1)), .init("b", .array([.object([])]))])
            ),
            ("\"\u{7F}\u{2028}\"", .string("\u{7F}\u{2028}")),
        ] as [(String, JSONValue)]
    )
    func jsonIsRead(text: String, value: JSONValue) {
        #expect(read(text) == value)
    }

    @Test(
        "What RFC 8259 does not allow is refused",
        arguments: [
            "", " ", "nul", "True", "NaN", "Infinity", "nulll", "1 2", "01", "-01", "-00", "00", "-", "+1",
            "- 1", "0x1", "1.", ".5", "1e", "--1",
            "'a'", "\"", "\"a", "\"\\", "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u+123\"", "\"\\u-000\"",
            "\"\\u 123\"", "\"\\uD83D\"",
            "\"\\uD83D\\u0041\"", "\"\\uD83Dx\"", "\"\\uDE00\"", "\"\n\"", "\"\u{1F}\"", "\"\0\"", "[", "]",
            "[1", "[1,", "[1,]", "[,1]", "[1 2]",
            "{", "}", "{1:2}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\":1 \"b\":2}",
            "[}", "{]", "/**/1", "\u{FEFF}1", "1\0",
        ]
    )
    func otherTextIsRefused(text: String) {
        #expect(read(text) == nil)
    }

    @Test(
        "Numbers that are not whole, or too large, are refused",
        arguments: ["1.5", "1e3", "-1E-2", "9223372036854775808", "-9223372036854775809"]
    )
    func otherNumbers(text: String) {
        #expect(read(text) == nil)
    }

    @Test("Bytes that are no UTF-8 are refused")
    func badUTF8() {
        for bytes in [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]] as [[UInt8]] {
            #expect(JSONReader.read(([0x22] + bytes + [0x22])[...]) == nil)
        }
    }

    @Test("Sixteen levels are read and more are not, however many")
    func depth() {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(read(nested(16)) != nil)
        #expect(read(nested(17)) == nil)
        #expect(read(nested(1_000_000)) == nil)
        #expect(read(String(repeating: "{\"a\":", count: 1_000_000)) == nil)
    }

    @Test("Random text never traps, and what is read is written and read as the same")
    func randomText() {
        var generator = SeededGenerator(seed: 8259)
        let words = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d83d", "dc00", "0", "-", "1", "null", "true",
            " ", "\"a\":", "é", "\u{1}",
        ]
        for _ in 0..<50_000 {
            let text = (0..<Int.random(in: 0...12, using: &generator)).compactMap { _ in
                words.randomElement(using: &generator)
            }.joined()
            var bytes = Array(text.utf8)
            if Bool.random(using: &generator), let index = bytes.indices.randomElement(using: &generator) {
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
            guard let value = JSONReader.read(bytes[...]) else { continue }
            #expect(read(value.text) == value)
        }
    }
}
