// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@Suite("A Message-ID that is added")
struct MessageIDTests {
    @Test(
        "is a valid one whatever it is made of",
        arguments: [
            ("order-1001", "app.example", "<order-1001@app.example>"),
            ("a..b.", "host", "<a.b@host>"),
            ("a=b+c_d", "h", "<a=b+c_d@h>"),
            ("", "", "<message@localhost.localdomain>"),
            ("a>\r\nBcc: x", "h<", "<a---Bcc--x@h->"),
            ("ä", "hö", "<--@h-->"),
        ]
    )
    func made(_ stem: String, _ host: String, _ expected: String) {
        #expect(MessageID.make(stem: stem, host: host) == expected)
    }
}
