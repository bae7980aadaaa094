// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@Suite("The sender and the recipients of an envelope")
struct EnvelopeFieldTests {
    @Test(
        "are read with their parameters and written the same",
        arguments: [
            ("<>", "<>"),
            ("<a@b.example>", "<a@b.example>"),
            ("a@b.example", "<a@b.example>"),
            ("  a@b.example   RET=HDRS ", "<a@b.example> RET=HDRS"),
            ("<a@b.example> ret=hdrs EnvID=order-1001", "<a@b.example> RET=hdrs ENVID=order-1001"),
            ("<\"a b>\"@c.example> SMTPUTF8", "<\"a b>\"@c.example> SMTPUTF8"),
            ("<\"\u{301}a b>\"@c.example> SMTPUTF8", "<\"\u{301}a b>\"@c.example> SMTPUTF8"),
            ("\"a b\"@c.example SMTPUTF8", "<\"a b\"@c.example> SMTPUTF8"),
            (
                "<> RET=FULL ENVID=a+2Bb BODY=8BITMIME SMTPUTF8",
                "<> RET=FULL ENVID=a+2Bb BODY=8BITMIME SMTPUTF8"
            ),
            (
                "<a@b.example> MT-PRIORITY=-9 HOLDFOR=60 REQUIRETLS",
                "<a@b.example> MT-PRIORITY=-9 HOLDFOR=60 REQUIRETLS"
            ),
        ]
    )
    func sender(_ text: String, _ written: String) throws {
        let sender = try EnvelopeSender(parsing: text)
        #expect(sender.description == written)
        #expect(try EnvelopeSender(parsing: sender.description) == sender)
    }

    @Test(
        "are read with their parameters and written the same",
        arguments: [
            ("a@b.example", "<a@b.example>"),
            (
                "<a@b.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a@b.example",
                "<a@b.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a@b.example"
            ),
            ("<-oQ/tmp@b.example> notify=never", "<-oQ/tmp@b.example> NOTIFY=never"),
        ]
    )
    func recipient(_ text: String, _ written: String) throws {
        let recipient = try EnvelopeRecipient(parsing: text)
        #expect(recipient.description == written)
        #expect(try EnvelopeRecipient(parsing: recipient.description) == recipient)
    }

    static let senderValues: [(good: [String], bad: [String])] = [
        (["RET=FULL", "RET=HDRS", "ret=full"], ["RET", "RET=", "RET=BODY", "RET=FULL,HDRS"]),
        (
            ["ENVID=x", "ENVID=a+20b", "ENVID=" + String(repeating: "e", count: 100)],
            [
                "ENVID", "ENVID=", "ENVID=a=b", "ENVID=a+", "ENVID=a+2", "ENVID=a+2b", "ENVID=a+0A",
                "ENVID=a+0D+0AX", "ENVID=ä",
            ]
                + ["ENVID=a+00", "ENVID=a+85", "ENVID=" + String(repeating: "e", count: 101)]
        ),
        (["BODY=7BIT", "BODY=8bitmime"], ["BODY", "BODY=BINARYMIME", "BODY=9BIT"]),
        (["SMTPUTF8"], ["SMTPUTF8=1"]),
        (["REQUIRETLS"], ["REQUIRETLS=yes"]),
        (
            ["MT-PRIORITY=0", "MT-PRIORITY=9", "MT-PRIORITY=-9", "MT-PRIORITY=-1"],
            [
                "MT-PRIORITY", "MT-PRIORITY=10", "MT-PRIORITY=-10", "MT-PRIORITY=+1", "MT-PRIORITY=-0",
                "MT-PRIORITY=01", "MT-PRIORITY=-",
            ]
        ),
        (
            ["HOLDFOR=0", "HOLDFOR=999999999"],
            ["HOLDFOR", "HOLDFOR=1000000000", "HOLDFOR=-1", "HOLDFOR=+1", "HOLDFOR=1s", "HOLDFOR=١"]
        ),
        (
            ["HOLDUNTIL=2026-11-24T09:00:00Z"],
            [
                "HOLDUNTIL", "HOLDUNTIL=tomorrow", "HOLDUNTIL=2026-11-24T09:00:00+01:00",
                "HOLDUNTIL=2026-13-24T09:00:00Z",
            ]
        ),
        (
            ["BY=120;R", "BY=+120;RT", "BY=-120;N", "BY=0;N", "BY=0;NT"],
            [
                "BY", "BY=120", "BY=120;X", "BY=0;R", "BY=-1;R", "BY=;N", "BY=1;N;N", "BY=1234567890;N",
                "BY=120;NR",
            ]
        ),
        (["AUTH=<>", "AUTH=a@b.example", "AUTH=e+3Dmc2@example.com"], ["AUTH", "AUTH=a+0Ab", "AUTH=a+xb"]),
        (
            [],
            [
                "SIZE=1", "NOTIFY=NEVER", "ORCPT=rfc822;a@b", "FOO", "FOO=bar", "=x", "RET=FULL RET=FULL",
                "RET=FULL ret=HDRS", "-X", "A_B",
            ]
        ),
    ]

    @Test(
        "the parameters of a sender are known, stand once, and have the values of their RFC",
        arguments: senderValues
    )
    func senderParameters(_ sample: (good: [String], bad: [String])) {
        for text in sample.good {
            #expect(throws: Never.self, "\(text)") { try EnvelopeSender(parsing: "<a@b.example> \(text)") }
        }
        for text in sample.bad {
            #expect(throws: EnvelopeError.self, "\(text)") {
                try EnvelopeSender(parsing: "<a@b.example> \(text)")
            }
        }
    }

    static let recipientValues: [(good: [String], bad: [String])] = [
        (
            ["NOTIFY=NEVER", "NOTIFY=SUCCESS", "NOTIFY=SUCCESS,FAILURE,DELAY", "notify=delay"],
            [
                "NOTIFY", "NOTIFY=", "NOTIFY=NEVER,DELAY", "NOTIFY=DELAY,DELAY", "NOTIFY=DELAY,",
                "NOTIFY=SOMETIMES",
            ]
        ),
        (
            [
                "ORCPT=rfc822;a@b.example", "ORCPT=rfc822;a+2Bb@c.example", "ORCPT=utf-8;jürgen@b.example",
                "ORCPT=utf-8;j\\x{FC}rgen@b.example",
            ],
            [
                "ORCPT", "ORCPT=a@b.example", "ORCPT=;a@b.example", "ORCPT=rfc822;", "ORCPT=rfc822;a+0Ab",
                "ORCPT=rfc822;jürgen@b.example",
            ]
                + [
                    "ORCPT=rfc 822;a", "ORCPT=utf-8;a\\x{A}b", "ORCPT=utf-8;a\\x{2028}b",
                    "ORCPT=utf-8;a\\x{D800}b", "ORCPT=utf-8;a\\x{}b",
                ]
                + ["ORCPT=rfc822;" + String(repeating: "a", count: 500)]
        ),
        ([], ["RET=FULL", "ENVID=x", "SIZE=1", "FOO=bar", "NOTIFY=DELAY NOTIFY=DELAY"]),
    ]

    @Test(
        "the parameters of a recipient are known, stand once, and have the values of their RFC",
        arguments: recipientValues
    )
    func recipientParameters(_ sample: (good: [String], bad: [String])) {
        for text in sample.good {
            #expect(throws: Never.self, "\(text)") { try EnvelopeRecipient(parsing: "<a@b.example> \(text)") }
        }
        for text in sample.bad {
            #expect(throws: EnvelopeError.self, "\(text)") {
                try EnvelopeRecipient(parsing: "<a@b.example> \(text)")
            }
        }
    }

    @Test(
        "are refused when the address is not one",
        arguments: [
            "", " ", "a", "<a@b.example>RET=FULL", "<a@b.example", "a@b.example>",
            "<a@b.example>\u{301} RET=FULL", "< >", "<a b@c.example>",
        ]
    )
    func brokenAddresses(_ text: String) {
        #expect(throws: EnvelopeError.self) { try EnvelopeSender(parsing: text) }
        #expect(throws: EnvelopeError.self) { try EnvelopeRecipient(parsing: text) }
    }

    @Test("a recipient is never the null path")
    func nullRecipient() {
        #expect(throws: EnvelopeError.self) { try EnvelopeRecipient(parsing: "<>") }
    }

    @Test(
        "an envelope has no recipient twice; the case of a domain makes no difference, that of a local part does"
    )
    func duplicates() throws {
        let texts = [
            "a@b.example NOTIFY=NEVER", "c@b.example", "a@B.EXAMPLE", "A@b.example", "<c@b.example>",
        ]
        let envelope = Envelope(
            sender: try EnvelopeSender(path: .null),
            recipients: try texts.map { try EnvelopeRecipient(parsing: $0) }
        )
        #expect(
            envelope.recipients.map(\.description) == [
                "<a@b.example> NOTIFY=NEVER", "<c@b.example>", "<A@b.example>",
            ]
        )
    }
}
