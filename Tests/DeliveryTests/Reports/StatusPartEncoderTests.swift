// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import SMTPProtocol
import Testing

@testable import Delivery

@Suite("Status part")
struct StatusPartEncoderTests {
    private func text(
        _ answer: AttemptResult.Answer,
        sender: String = "<app@app.example> ENVID=order+2B1001",
        relay: ReportingRelay? = ReportSamples.relay
    ) throws -> String {
        let report = try #require(
            try ReportSamples.reports([answer], subject: ReportSamples.subject(sender), relay: relay).first
        )
        return StatusPartEncoder(report).text
    }

    @Test("a refusal is told with the words of the relay")
    func failure() throws {
        let answer = try ReportSamples.answer("<bob@example.org> ORCPT=rfc822;robert+2Bnews@example.com")
        #expect(
            try text(answer).replacing("\r\n", with: "\n") == """
                Reporting-MTA: dns; app1.example.com
                Original-Envelope-Id: order+1001
                Arrival-Date: Tue, 24 Nov 2026 06:10:03 +0000

                Original-Recipient: rfc822;robert+news@example.com
                Final-Recipient: rfc822; bob@example.org
                Action: failed
                Status: 5.1.1
                Remote-MTA: dns; smtp.example.com
                Diagnostic-Code: smtp; 550 5.1.1 no such user
                Last-Attempt-Date: Tue, 24 Nov 2026 11:10:03 +0000

                """
        )
    }

    @Test("what was found here is not put into the relay's mouth")
    func localFailure() throws {
        let answer = try ReportSamples.answer(
            "<bob@example.org>",
            code: 554,
            status: "5.4.6",
            reply: "a mail loop",
            isReply: false
        )
        let text = try text(answer)
        #expect(text.contains("Diagnostic-Code: x-smtpqd; 554 5.4.6 a mail loop\r\n"))
        #expect(!text.contains("Remote-MTA"))
    }

    @Test("a delay says until when it is tried again")
    func delay() throws {
        let answer = try ReportSamples.answer(
            "<bob@example.org> NOTIFY=DELAY",
            .deferred,
            code: 451,
            status: "4.7.1"
        )
        let text = try text(answer)
        #expect(text.contains("Action: delayed\r\nStatus: 4.7.1\r\n"))
        #expect(text.contains("Will-Retry-Until: Sun, 29 Nov 2026 06:10:03 +0000\r\n"))
    }

    @Test(
        "a status that does not fit what is told is replaced",
        arguments: [
            (RecipientOutcome.Verdict.failed, 550, "2.1.5", "5.0.0"), (.failed, 550, "", "5.0.0"),
            (.failed, 451, "", "4.0.0"), (.failed, 451, "4.7.1", "4.7.1"), (.deferred, 451, "5.1.1", "4.0.0"),
            (.delivered, 250, "5.1.1", "2.0.0"), (.delivered, 250, "2.6.0", "2.6.0"),
        ]
    )
    func status(_ verdict: RecipientOutcome.Verdict, _ code: Int, _ given: String, _ told: String) throws {
        let answer = try ReportSamples.answer(
            "<b@example.org> NOTIFY=SUCCESS,FAILURE,DELAY",
            verdict,
            code: code,
            status: given
        )
        #expect(try text(answer).contains("\r\nStatus: \(told)\r\n"))
    }

    @Test("an address instead of a name stands in brackets", arguments: ["127.0.0.1", "2001:db8::1"])
    func addressLiteral(_ host: String) throws {
        let text = try text(
            ReportSamples.answer("<bob@example.org>"),
            relay: ReportingRelay(host: host, offersDSN: true)
        )
        #expect(text.contains("Remote-MTA: dns; [\(host)]\r\n"))
    }

    @Test("addresses beyond ASCII are of the type utf-8, all else is ASCII")
    func internationalised() throws {
        let answer = try ReportSamples.answer(
            "<bärbel@example.org> ORCPT=utf-8;bärbel@example.org",
            reply: "unbekannt: bärbel €"
        )
        let text = try text(answer)
        #expect(text.contains("Original-Recipient: utf-8;bärbel@example.org\r\n"))
        #expect(text.contains("Final-Recipient: utf-8; bärbel@example.org\r\n"))
        #expect(text.contains("Diagnostic-Code: smtp; 550 5.1.1 unbekannt: b\\x{E4}rbel \\x{20AC}\r\n"))
    }

    @Test("T5: whatever a relay says, it is one field of printable ASCII in lines that every relay takes")
    func hostileReplies() throws {
        var generator = SeededGenerator(seed: 3464)
        let pieces = [
            "\r\n", "\n", "\r", "\0", "\u{85}", "\u{2028}", "\u{202E}", "\t", " ", "Action: delivered",
            "\r\n\r\n",
            "\r\n--=_report", "ä", "€", "😀", "\\", "x", String(repeating: "y", count: 400), "; ", ":",
            "\u{7F}",
        ]
        let expected = try text(ReportSamples.answer("<bob@example.org>")).fieldNames
        for _ in 0..<500 {
            let reply = (0..<Int.random(in: 0...12, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            let text = try text(ReportSamples.answer("<bob@example.org>", reply: reply))
            #expect(text.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0D || $0 == 0x0A })
            #expect(text.fieldNames == expected, "\(reply.debugDescription)")
            #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 998 })
            #expect(!text.replacing("\r\n", with: "").utf8.contains { $0 == 0x0D || $0 == 0x0A })
        }
    }
}

extension String {
    /// The names of the fields, with an empty one for each empty line.
    fileprivate var fieldNames: [String] {
        replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix(" ") }.map { String($0.prefix { $0 != ":" }) }
    }
}
