// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@Suite("The date of a message")
struct MailDateTests {
    @Test(
        "is written as RFC 5322 wants it, for any offset",
        arguments: [
            ("2026-11-24T04:10:03.999Z", 0, "Tue, 24 Nov 2026 04:10:03 +0000"),
            ("2026-11-24T04:10:03Z", 90, "Tue, 24 Nov 2026 05:40:03 +0130"),
            ("2026-11-24T04:10:03Z", -300, "Mon, 23 Nov 2026 23:10:03 -0500"),
            ("2026-11-24T04:10:03Z", -30, "Tue, 24 Nov 2026 03:40:03 -0030"),
            ("1970-01-01T00:00:00Z", -60, "Wed, 31 Dec 1969 23:00:00 -0100"),
            ("2000-02-29T09:05:07Z", 0, "Tue, 29 Feb 2000 09:05:07 +0000"),
            ("2027-01-01T00:00:00Z", 0, "Fri, 1 Jan 2027 00:00:00 +0000"),
        ]
    )
    func formatted(_ text: String, _ offset: Int, _ expected: String) throws {
        #expect(MailDate.format(try Timestamp(parsing: text), offsetMinutes: offset) == expected)
    }
}
