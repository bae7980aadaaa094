// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import smtpq

@Suite("The header of a message that is handed to sendmail")
struct SubmittedHeaderTests {
    @Test(
        "gets a From, loses Bcc, and is divided from the body",
        arguments: [
            ("Subject: x\n\nbody", "From: me\nSubject: x\n\nbody"),
            ("From: a\nBcc: b,\n c\nTo: d\n\nBcc: x", "From: a\nTo: d\n\nBcc: x"),
            ("hello\n", "From: me\n\nhello\n"), ("", "From: me\n\n"),
            ("Subject: x\n", "From: me\nSubject: x\n\n"),
            ("\nbody", "From: me\n\nbody"), ("resent-from: a\nResent-Bcc: b\n\nx", "resent-from: a\n\nx"),
        ]
    )
    func header(text: String, expected: String) {
        let bytes = SubmittedHeader.bytes(HeaderBlock(parsing: Array(text.utf8)), author: "me")
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test("has an author with a name, encoded, without line breaks (T5)")
    func T5_author() {
        for (name, expected) in [
            (nil, "root"), ("", "root"), ("Cron Daemon", "Cron Daemon <root@localhost>"),
            ("O. \"x\"\r\nBcc: a@b.example", "\"O. \\\"x\\\"Bcc: a@b.example\" <root@localhost>"),
            ("Grüße", "=?utf-8?B?R3LDvMOfZQ==?= <root@localhost>"),
        ] {
            #expect(SubmittedHeader.author(user: "root", fullName: name) == expected)
        }
    }
}
