// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@Suite("Base64")
struct Base64Tests {
    @Test(
        "is that of RFC 4648 §10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ]
    )
    func vectors(_ text: String, _ encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test("gives back all bytes")
    func roundTrip() {
        for length in 0...260 {
            let bytes = (0..<length).map { UInt8($0 * 37 % 256) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test(
        "T18: is refused when it is not whole",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "====", "Z===", "Zg==Zg==", "=Zg=", "Zm9v\n", "Zm 9v", "Zm9v\0",
            "Zm-_", "Zm9ü", "Zg=g", "QQ======",
        ]
    )
    func T18_refused(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
