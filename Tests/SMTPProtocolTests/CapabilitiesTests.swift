// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import SMTPProtocol
import Testing

@Suite struct CapabilitiesTests {
    private func capabilities(_ lines: String...) -> Capabilities {
        Capabilities(ehlo: Reply(code: 250, lines: (["relay.example"] + lines).map { PrintableText($0) }))
    }

    @Test("The keywords that are known are found, in any case")
    func keywordsAreFound() {
        let found = capabilities("PIPELINING", "8bitmime", "Dsn", "X-OTHER", "STARTTLS extra", "SMTPUTF8")
        #expect(found.supports(.pipelining))
        #expect(found.supports(.eightBitMIME))
        #expect(found.supports(.deliveryStatusNotifications))
        #expect(found.supports(.startTLS))
        #expect(found.supports(.smtpUTF8))
        #expect(!found.supports(.requireTLS))
    }

    @Test("The first line is a name, not a keyword")
    func firstLineIsAName() {
        let reply = Reply(code: 250, lines: [PrintableText("STARTTLS"), PrintableText("SIZE")])
        #expect(!Capabilities(ehlo: reply).supports(.startTLS))
        #expect(Capabilities(ehlo: Reply(code: 250, lines: [])) == .none)
    }

    @Test(
        "A size is a positive decimal number or no limit",
        arguments: [
            ("SIZE 1000", 1000), ("size 35882577", 35_882_577), ("SIZE", nil), ("SIZE 0", nil),
            ("SIZE -1", nil), ("SIZE +1", nil),
            ("SIZE 99999999999999999999999", nil), ("SIZE 1k", nil), ("SIZE  7", 7),
        ] as [(String, Int64?)]
    )
    func sizeIsReadOrIgnored(line: String, limit: Int64?) {
        #expect(capabilities(line).sizeLimit == limit)
        #expect(capabilities(line).supports(.size))
    }

    @Test("T34: mechanisms are read in the old and the new form, once each")
    func T34_mechanismsInBothForms() {
        let found = capabilities("auth plain LOGIN", "AUTH=LOGIN CRAM-MD5", "AUTH= PLAIN")
        #expect(found.authMechanisms == ["PLAIN", "LOGIN", "CRAM-MD5"])
        #expect(found.supports(.authentication))
        #expect(!capabilities("AUTHENTICATE PLAIN").supports(.authentication))
    }

    @Test("T34: letters that only look or sound like those of a keyword make none")
    func T34_lettersBeyondASCII() {
        let found = capabilities(
            "\u{17F}IZE 10",
            "AUTH P\u{131}LAIN \u{17F}CRAM-SHA-1 \u{301}LOGIN",
            "DSN \u{301}"
        )
        #expect(!found.supports(.size) && found.supports(.deliveryStatusNotifications))
        #expect(found.authMechanisms.isEmpty)
        #expect(capabilities("AUTH=\u{301} PLAIN").authMechanisms == ["PLAIN"])
    }

    @Test("T34: names that are no mechanisms are ignored, and there are only so many")
    func T34_hostileMechanisms() {
        let long = String(repeating: "X", count: 21)
        #expect(
            capabilities("AUTH \(long) PL\u{1}AIN PLAIN; ÜBER SCRAM-SHA-256").authMechanisms == [
                "SCRAM-SHA-256"
            ]
        )
        let many = "AUTH " + (0..<500).map { "M\($0)" }.joined(separator: " ")
        #expect(capabilities(many).authMechanisms.count == 64)
    }
}
