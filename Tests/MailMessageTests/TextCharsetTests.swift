// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import Testing

@testable import MailMessage

@Suite("A character set")
struct TextCharsetTests {
    @Test(
        "is found by code page number, and by name or alias in any case",
        arguments: [
            (65001, "utf-8", TextCharset.utf8), (65001, "UTF8", .utf8), (28591, "ISO-8859-1", .latin1),
            (28591, "latin1", .latin1), (1252, "Windows-1252", .windows1252), (1252, "cp1252", .windows1252),
            (20127, "US-ASCII", .ascii), (20127, "ascii", .ascii),
        ]
    )
    func found(_ codePage: Int, _ name: String, _ charset: TextCharset) {
        #expect(TextCharset(codePage: codePage) == charset)
        #expect(TextCharset(named: name) == charset)
        #expect(charset.codePage == codePage)
        #expect(TextCharset(named: charset.name) == charset)
    }

    @Test("is not found where it is none of these", arguments: ["", "koi8-r", "utf-16", "utf-8 ", "ｕｔｆ-8"])
    func unknown(_ name: String) {
        #expect(TextCharset(named: name) == nil)
        #expect(TextCharset(codePage: 0) == nil)
    }

    @Test(
        "names the first character that it does not have",
        arguments: [
            (TextCharset.ascii, "abü€", Unicode.Scalar("ü"), 2), (.latin1, "abü€", "€", 3),
            (.windows1252, "abü€中", "中", 4), (.windows1252, "\u{81}", "\u{81}", 0),
            (.latin1, "e\u{301}", "\u{301}", 1),
        ]
    )
    func refused(_ charset: TextCharset, _ text: String, _ scalar: Unicode.Scalar, _ offset: Int) {
        #expect(throws: CharsetError(charset: charset, character: scalar, offset: offset)) {
            try charset.encode(text)
        }
        #expect(!charset.canEncode(text))
    }

    @Test("shows a character that it does not have without harm")
    func summary() {
        #expect {
            try TextCharset.ascii.encode("a\u{2028}")
        } throws: {
            ($0 as? CharsetError)?.summary == "us-ascii has no \"\\u{2028}\" (U+2028, character 2)"
        }
    }

    @Test("has each character at the place where Foundation has it", arguments: TextCharset.allCases)
    func bytes(_ charset: TextCharset) throws {
        let encodings: [TextCharset: String.Encoding] = [
            .ascii: .ascii, .latin1: .isoLatin1, .windows1252: .windowsCP1252, .utf8: .utf8,
        ]
        let encoding = try #require(encodings[charset])
        for value in (0...0x3000).map({ UInt32($0) }) + [0xFFFD, 0x1F44D] {
            guard let scalar = Unicode.Scalar(value), !(0x80...0x9F).contains(value) else { continue }
            let text = String(scalar)
            let expected = text.data(using: encoding).map(Array.init)
            #expect((try? charset.encode(text)) == expected, "U+\(String(value, radix: 16))")
            if let expected { #expect(charset.decode(expected) == text) }
        }
    }

    @Test("reads any byte", arguments: TextCharset.allCases)
    func anyByte(_ charset: TextCharset) {
        for byte in UInt8.min...UInt8.max { #expect(charset.decode([byte]).unicodeScalars.count == 1) }
    }
}
