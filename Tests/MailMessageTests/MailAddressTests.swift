// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@Suite("A mail address")
struct MailAddressTests {
    @Test(
        "is taken when RFC 5321 or RFC 6531 allow it, and keeps its spelling",
        arguments: [
            "a@b.example", "first.last@example.org", "!#$%&'*+-/=?^_`{|}~@example.org", "x@localhost",
            "x@1.example",
            "x@a_b.example", "x@xn--bcher-kva.example", "jürgen@bücher.example", "用户@例子.example",
            "-oQ/tmp@example.net",
            "\"john doe\"@example.org", "\"a@b\"@example.org", "\"a\\\"b\\\\c\"@example.org",
            "\"\"@example.org", "\"<>\"@example.org",
            "x@[192.0.2.1]", "x@[IPv6:2001:db8::1]", "x@[IPv6:::]", "x@[IPv6:::ffff:192.0.2.1]",
            "x@[ipv6:1:2:3:4:5:6:7:8]", "\u{301}a@b.example",
        ]
    )
    func valid(_ text: String) throws {
        let address = try MailAddress(text)
        #expect(address.description == text)
        #expect(try MailAddress("<\(text)>") == address)
    }

    @Test(
        "is refused when the grammar is broken",
        arguments: [
            "", "<>", "@", "a", "a@", "@b.example", "a@@b.example", "a@b@c", "a b@c.example", "a@b c.example",
            " a@b.example",
            "a@b.example ", ".a@b.example", "a.@b.example", "a..b@c.example", "a@.b", "a@b.", "a@b..c",
            "a@-b.example", "a@b-.example",
            "a@b!c", "\"a@b.example", "a\"@b.example", "\"a\"b\"@c.example", "\"a\\\"@b.example",
            "\"a\" @b.example",
            "<a@b.example", "a@b.example>", "<<a@b.example>>", "Name <a@b.example>",
            "a@b.example,c@d.example", "a(comment)@b.example",
            "x@[]", "x@[192.0.2.256]", "x@[192.0.2]", "x@[192.0.02.1]", "x@[IPv6:1:2:3:4:5:6:7]",
            "x@[IPv6:1::2::3]", "x@[IPv6::1]",
            "x@[IPv6:1:2:3:4:5:6:7:8:9]", "x@[IPv6:12345::]", "x@[IPv6:1:2:3:4:5:6:7::8]", "x@[IPv6:]",
            "x@[IPv6:::1", "x@192.0.2.1]",
            "x@[tag:value]", "x@[localhost]",
        ]
    )
    func invalid(_ text: String) {
        #expect(throws: AddressError.self) { try MailAddress(text) }
    }

    @Test("has at most 64 bytes before the @, 255 behind it and 254 in all")
    func lengths() throws {
        let local = String(repeating: "l", count: 64)
        let domain =
            Array(repeating: String(repeating: "d", count: 60), count: 3).joined(separator: ".") + ".123456"
        #expect(try MailAddress(local + "@" + domain).description.utf8.count == 254)
        #expect(throws: AddressError.self) { try MailAddress(local + "@" + domain + "7") }
        #expect(throws: AddressError.self) { try MailAddress(local + "l@b.example") }
        #expect(throws: AddressError.self) {
            try MailAddress("a@" + String(repeating: "d", count: 64) + ".example")
        }
        #expect(throws: AddressError.self) {
            try MailAddress(String(repeating: "ü", count: 33) + "@b.example")
        }
    }

    @Test("knows whether SMTPUTF8 is needed")
    func needsInternationalisation() throws {
        #expect(try MailAddress("a@b.example").isASCII)
        #expect(try !MailAddress("ä@b.example").isASCII)
        #expect(try !MailAddress("a@bä.example").isASCII)
    }

    @Test("that was not UTF-8 is refused, not repaired")
    func replacementCharacter() {
        let latin1 = String(
            decoding: Array("j".utf8) + [0xFC] + Array("rgen@example.org".utf8),
            as: UTF8.self
        )
        #expect { try MailAddress(latin1) } throws: { ($0 as? AddressError)?.code == .encoding }
    }

    @Test("says what is wrong with it in printable words")
    func errorSummary() {
        #expect { try MailAddress("a\r\nRCPT TO:<b@c>@d") } throws: { error in
            guard let error = error as? AddressError else { return false }
            return error.code == .controlCharacter && error.summary.contains("a\\x0d\\x0aRCPT")
                && error.summary.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }
        }
    }
}
