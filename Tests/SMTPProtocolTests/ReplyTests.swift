// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import SMTPProtocol
import Testing

@Suite struct ReplyTests {
    private func reply(_ code: Int, _ lines: String...) -> Reply {
        Reply(code: code, lines: lines.map { PrintableText($0) })
    }

    @Test("The text has the lines without their statuses")
    func textIsWithoutStatuses() {
        let long = reply(550, "5.1.1 The account does not exist.", "5.1.1 Check the address.")
        #expect(long.text == "The account does not exist. Check the address.")
        #expect(long.enhancedStatus?.description == "5.1.1")
        #expect(reply(250, "Ok").text == "Ok")
        #expect(reply(250, "2.0.0").text == "")
        #expect(reply(250, "").text == "")
    }

    @Test("T30: a status that disagrees with the code, or comes later, does not count")
    func T30_statusMustAgreeWithTheCode() {
        #expect(reply(250, "5.1.1 Ok").enhancedStatus == nil)
        #expect(reply(550, "2.0.0 no").text == "2.0.0 no")
        #expect(reply(550, "see 5.1.1").enhancedStatus == nil)
        #expect(reply(550, "no", "5.1.1 no").enhancedStatus == nil)
        #expect(reply(354, "3.0.0 go").enhancedStatus == nil)
    }

    @Test("T30: a status ends at its blank, whatever follows that")
    func T30_statusEndsAtItsBlank() {
        #expect(reply(550, "5.1.1 \u{301}no").enhancedStatus?.description == "5.1.1")
        #expect(reply(550, "5.1.1 \u{301}no").text == "\u{301}no")
        #expect(reply(550, "5.1.1\u{301} no").enhancedStatus == nil)
    }
}
