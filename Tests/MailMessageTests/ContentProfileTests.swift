// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import MailMessage

@Suite("The profile of some content")
struct ContentProfileTests {
    @Test(
        "says what a relay must be able to carry",
        arguments: [
            ("", true, true), ("a\r\nb", true, true), ("ü", false, true), ("\0", false, false),
            (String(repeating: "x", count: 998) + "\r\n", true, true),
            (String(repeating: "x", count: 998), true, true),
            (String(repeating: "x", count: 999), false, false),
            (String(repeating: "x", count: 998) + "\r\r\n", false, false),
            (String(repeating: "x", count: 998) + "\rx", false, false),
            (String(repeating: String(repeating: "x", count: 998) + "\n", count: 3), true, true),
        ]
    )
    func fits(_ text: String, _ sevenBit: Bool, _ eightBit: Bool) {
        let profile = ContentProfile(of: Array(text.utf8)[...])
        #expect(profile.fits7Bit == sevenBit)
        #expect(profile.fits8Bit == eightBit)
    }
}
