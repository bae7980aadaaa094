// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool

@Suite struct WireHeaderTests {
    private static let added = "Date: Sun, 13 Sep 2020 12:26:40 +0000\r\nMessage-ID: <1@host>\r\n"

    private func wire(
        _ text: String,
        removesBcc: Bool = true,
        domain: String = LocalAddressRules.hostDomain
    ) -> WireHeader {
        let header = HeaderBlock(parsing: Array(text.utf8))
        return WireHeader(
            header,
            removesBcc: removesBcc,
            date: QueueBench.now,
            messageID: "<1@host>",
            defaultDomain: domain,
            end: header.bytes.count
        )
    }

    @Test(
        "The header is completed, and the body stays as it is",
        arguments: [
            ("From: a\n\nbody\r\n\0", "From: a\n\(added)\nbody\r\n\0"),
            ("From: a\r\n\r\nbody", "From: a\r\n\(added)\r\nbody"),
            ("date: x\nmessage-id: y\n\nbody", "date: x\nmessage-id: y\n\nbody"),
            ("DATE: x\nmessage-ID: y\n", "DATE: x\nmessage-ID: y\n"),
            ("Date: x\n\nb", "Date: x\nMessage-ID: <1@host>\r\n\nb"), ("From: a\n", "From: a\n\(added)\r\n"),
            ("From: a\nno header\n", "From: a\n\(added)\r\nno header\n"), ("\nbody", "\(added)\nbody"),
            ("Date: x\nMessage-ID: y\nBcc: b\n c\n\nb", "Date: x\nMessage-ID: y\n\nb"),
            (
                "BCC: a\nDate: x\nresent-bcc: b\nMessage-ID: y\nBcc-X: z\n\nBcc: b",
                "Date: x\nMessage-ID: y\nBcc-X: z\n\nBcc: b"
            ),
            ("Bcc: a\nDate: x\nMessage-ID: y\n", "Date: x\nMessage-ID: y\n\r\n"),
        ]
    )
    func headerIsCompleted(text: String, expected: String) {
        let wire = wire(text)
        #expect(String(decoding: wire.bytes, as: UTF8.self) == expected)
        #expect(wire.hasGivenDate == expected.contains("Sun, 13 Sep 2020"))
    }

    @Test("Bcc stays when the recipients did not come from the header")
    func bccStays() {
        let text = "Date: x\nMessage-ID: y\nBcc: b\n\nbody"
        #expect(String(decoding: wire(text, removesBcc: false).bytes, as: UTF8.self) == text)
    }

    @Test("Names of this host get a domain that others can reach, and nothing else changes")
    func namesAreQualified() {
        let text =
            "From: root (Cron)\nTo: bob@example.org,\n alice\nSubject: root\nBcc: x\nDate: x\nMessage-ID: y\n\nroot"
        let expected =
            "From: root@h.example (Cron)\nTo: bob@example.org,\n alice@h.example\nSubject: root\nDate: x\nMessage-ID: y\n\nroot"
        #expect(String(decoding: wire(text, domain: "h.example").bytes, as: UTF8.self) == expected)
    }
}
