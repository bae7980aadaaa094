// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import SMTPComponent
import Testing

/// The headers that the properties make.
struct HeaderTests {
    /// The headers of a message with only this set, but for From and To.
    private func headers(_ change: (SMTP) -> Void) -> [String] {
        let smtp = ComponentBench.smtp(port: 1)
        smtp.subject = ""
        change(smtp)
        return smtp.messageHeadersString.split(separator: "\r\n").map(String.init)
            .filter { $0 != "From: a@app.example" && $0 != "To: b@example.net" }
    }

    @Test("Nothing but From and To stands there when nothing else is set")
    func bare() {
        #expect(headers { _ in }.isEmpty)
    }

    @Test("From keeps its name, and its address is the sender")
    func P14_from() {
        let smtp = ComponentBench.smtp(port: 1)
        smtp.from = "\"The App\" <app@app.example>"
        #expect(smtp.messageHeadersString.hasPrefix("From: The App <app@app.example>\r\n"))
    }

    @Test(
        "Importance has the words of RFC 2156",
        arguments: zip(
            SMTP.Importance.allCases,
            [[], ["Importance: high"], ["Importance: normal"], ["Importance: low"]]
        )
    )
    func P16_importance(value: SMTP.Importance, wanted: [String]) {
        #expect(headers { $0.importance = value } == wanted)
    }

    @Test(
        "Priority has the words of RFC 2156",
        arguments: zip(
            SMTP.Priority.allCases,
            [[], ["Priority: normal"], ["Priority: urgent"], ["Priority: non-urgent"]]
        )
    )
    func P36_priority(value: SMTP.Priority, wanted: [String]) {
        #expect(headers { $0.priority = value } == wanted)
    }

    @Test(
        "Sensitivity has the words of RFC 2156",
        arguments: zip(
            SMTP.Sensitivity.allCases,
            [[], ["Sensitivity: Personal"], ["Sensitivity: Private"], ["Sensitivity: Company-Confidential"]]
        )
    )
    func P41_sensitivity(value: SMTP.Sensitivity, wanted: [String]) {
        #expect(headers { $0.sensitivity = value } == wanted)
    }

    @Test("Receipts, replies and the subject have their headers")
    func P07_deliveryNotificationTo_P37_readReceiptTo_P38_replyTo_P42_subject() {
        #expect(
            headers { $0.deliveryNotificationTo = "r@app.example" } == ["Return-Receipt-To: r@app.example"]
        )
        #expect(
            headers { $0.readReceiptTo = "r@app.example" } == ["Disposition-Notification-To: r@app.example"]
        )
        #expect(headers { $0.replyTo = "Desk <r@app.example>" } == ["Reply-To: Desk <r@app.example>"])
        #expect(headers { $0.subject = "Your order" } == ["Subject: Your order"])
    }

    @Test("A date is taken as it is, made for *, and left out when empty")
    func P22_messageDate() throws {
        #expect(
            headers { $0.messageDate = "Tue, 24 Nov 2026 04:10:03 +0000" } == [
                "Date: Tue, 24 Nov 2026 04:10:03 +0000"
            ]
        )
        #expect(headers { $0.messageDate = "" }.isEmpty)
        let made = try #require(headers { $0.messageDate = "*" }.first)
        #expect(
            made.wholeMatch(
                of: /Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/
            ) != nil
        )
    }

    @Test("A Message-ID is taken with its brackets, made anew for *, and left out when empty")
    func P27_messageId() throws {
        #expect(headers { $0.messageId = "<1@app.example>" } == ["Message-ID: <1@app.example>"])
        #expect(headers { $0.messageId = "1@app.example" } == ["Message-ID: <1@app.example>"])
        #expect(headers { $0.messageId = "" }.isEmpty)
        let made = (0..<2).compactMap { _ in headers { $0.messageId = "*" }.first }
        #expect(made.count == 2 && made[0] != made[1])
        #expect(made[0].wholeMatch(of: /Message-ID: <[^<>@\s]+@[^<>@\s]+>/) != nil)
    }

    @Test("Text beyond ASCII stays as it is without a Charset, and is encoded with one")
    func C03_charset() async throws {
        let smtp = ComponentBench.smtp(port: 1)
        smtp.subject = "Grüße"
        smtp.from = "\"Jörg\" <j@app.example>"
        #expect(smtp.messageHeadersString.contains("Subject: Grüße\r\n"))
        #expect(smtp.messageHeadersString.hasPrefix("From: Jörg <j@app.example>\r\n"))
        try smtp.config("Charset=UTF-8")
        #expect(smtp.messageHeadersString.contains("Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n"))
        #expect(smtp.messageHeadersString.contains("=?utf-8?B?SsO2cmc=?= <j@app.example>"))
        try smtp.config("Charset=EBCDIC")
        #expect(await ComponentBench.code { try await smtp.send() } == 434)
    }

    @Test("Headers are folded at blanks beyond MaxHeaderLength, and not at all for 0")
    func C06_maxHeaderLength() throws {
        let smtp = ComponentBench.smtp(port: 1)
        smtp.subject = Array(repeating: "word", count: 40).joined(separator: " ")
        for length in [80, 40] {
            try smtp.config("MaxHeaderLength=\(length)")
            let lines = smtp.messageHeadersString.split(separator: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= length })
            #expect(lines.contains { $0.utf8.count > length - 6 })
        }
        #expect(smtp.messageHeaderValue.last == smtp.subject)
        try smtp.config("MaxHeaderLength=0")
        #expect(smtp.messageHeadersString.contains("Subject: \(smtp.subject)\r\n"))
    }

    @Test("OtherHeaders are added, or with CRLF in front stand in place of all")
    func P34_otherHeaders_C07_otherHeaders() throws {
        #expect(headers { $0.otherHeaders = "X-A: 1\r\nX-B: 2" } == ["X-A: 1", "X-B: 2"])
        #expect(headers { $0.otherHeaders = "X-A: 1\nX-B: 2\n" } == ["X-A: 1", "X-B: 2"])
        let smtp = ComponentBench.smtp(port: 1)
        smtp.otherHeaders = "\r\nX-Only: this\r\n"
        #expect(smtp.messageHeadersString == "X-Only: this\r\n")
        #expect(try smtp.config("OtherHeaders") == "\r\nX-Only: this\r\n")
        try smtp.config("OtherHeaders=X-Set: there")
        #expect(smtp.otherHeaders == "X-Set: there")
    }

    @Test("OtherHeaders carry no Bcc, and no text that would end the header")
    func otherHeadersKeepTheirPlace() async {
        #expect(
            headers { $0.otherHeaders = "X-A: 1\r\nBcc: secret@example.net,\r\n s2@example.net\r\nX-B: 2" }
                == ["X-A: 1", "X-B: 2"]
        )
        #expect(headers { $0.otherHeaders = "X-A: 1\r\n\r\nX-B: 2" } == ["X-A: 1", "X-B: 2"])
        let smtp = ComponentBench.smtp(port: 1)
        smtp.otherHeaders = "no field at all"
        #expect(await ComponentBench.code { try await smtp.send() } == 192)
    }

    @Test("The header is counted and read field by field, unfolded")
    func P23_messageHeaderCount_P24_messageHeaderField_P25_messageHeaderValue_P26_messageHeadersString()
        throws
    {
        let smtp = ComponentBench.smtp(port: 1)
        smtp.otherHeaders = "X-Long: one\r\n two"
        smtp.bcc = "secret@example.net"
        #expect(
            smtp.messageHeadersString
                == "From: a@app.example\r\nTo: b@example.net\r\nSubject: Hello\r\nX-Long: one\r\n two\r\n"
        )
        #expect(smtp.messageHeaderCount == 4)
        #expect(smtp.messageHeaderField == ["From", "To", "Subject", "X-Long"])
        #expect(smtp.messageHeaderValue == ["a@app.example", "b@example.net", "Hello", "one two"])
        #expect(try smtp.value(ofProperty: 24, index: 3) == .text("X-Long"))
        #expect(throws: SMTPError(.noSuchIndex)) { try smtp.value(ofProperty: 25, index: 4) }
    }

    @Test("T7: no property brings a line of its own into the header")
    func T07_lineEndsInProperties() {
        let evil = "x\r\nBcc: victim@example.net\r\n\r\nbody"
        for change in [
            { $0.subject = evil }, { $0.messageDate = evil }, { $0.messageId = evil },
        ] as [(SMTP) -> Void] {
            let lines = headers(change)
            #expect(lines.count == 1)
            #expect(!lines.contains { $0.hasPrefix("Bcc") || $0 == "body" })
        }
    }

    @Test("ResetHeaders takes all headers back, and leaves the text, the server and the login")
    func M09_resetHeaders() throws {
        let smtp = ComponentBench.smtp(port: 2525)
        let header: [Property] = [
            .deliveryNotificationTo, .from, .importance, .message, .messageDate, .messageId, .otherHeaders,
            .priority,
            .readReceiptTo, .replyTo, .returnPath, .sensitivity, .subject,
        ]
        smtp.deliveryNotificationTo = "x"
        smtp.importance = .high
        smtp.message = [1]
        smtp.otherHeaders = "X: 1"
        smtp.priority = .urgent
        smtp.readReceiptTo = "x"
        smtp.replyTo = "x"
        smtp.returnPath = "<>"
        smtp.sensitivity = .private
        smtp.cc = "c@example.net"
        smtp.bcc = "d@example.net"
        smtp.user = "alice"
        smtp.resetHeaders()
        for property in header {
            #expect(try smtp.value(ofProperty: property.rawValue) == property.row.initial)
        }
        #expect(smtp.sendTo + smtp.cc + smtp.bcc == "")
        #expect(smtp.messageText == "How are you?\r\n")
        #expect(smtp.mailServer == "127.0.0.1" && smtp.mailPort == 2525 && smtp.user == "alice")
    }
}
