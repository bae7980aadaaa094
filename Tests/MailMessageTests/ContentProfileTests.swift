// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@Suite("The profile of some content")
struct ContentProfileTests {
    @Test(
        "says what a relay must be able to carry, however the content is cut",
        arguments: [
            ("", true, true), ("a\r\nb", true, true), ("ü", false, true), ("\0", false, false),
            (String(repeating: "x", count: 998) + "\r\n", true, true),
            (String(repeating: "x", count: 998), true, true),
            (String(repeating: "x", count: 999), false, false),
            (String(repeating: "x", count: 998) + "\r\r\n", false, false),
            (String(repeating: "x", count: 998) + "\rx", false, false),
            (String(repeating: "x", count: 998) + "\r", true, true),
            (String(repeating: String(repeating: "x", count: 998) + "\n", count: 3), true, true),
        ]
    )
    func fits(_ text: String, _ sevenBit: Bool, _ eightBit: Bool) {
        let bytes = Array(text.utf8)
        let whole = ContentProfile(of: bytes)
        #expect(whole.fits7Bit == sevenBit)
        #expect(whole.fits8Bit == eightBit)
        for cut in Set([0, 1, 997, 998, 999, 1000]) where cut <= bytes.count {
            var parts = ContentProfile()
            parts.scan(bytes[..<cut])
            parts.scan(bytes[cut...])
            #expect(parts == whole)
        }
    }
}
