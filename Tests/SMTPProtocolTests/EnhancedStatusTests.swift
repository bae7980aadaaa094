// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import SMTPProtocol
import Testing

@Suite struct EnhancedStatusTests {
    @Test(
        "A status is read and written alike",
        arguments: ["2.0.0", "4.7.1", "5.1.10", "5.7.30", "4.999.999"]
    )
    func statusIsReadAndWrittenAlike(text: String) {
        #expect(EnhancedStatus(parsing: text)?.description == text)
    }

    @Test(
        "T30: what only looks like a status is none",
        arguments: [
            "", "5", "5.1", "5.1.", ".1.1", "5..1", "5.1.1.1", "5.1.1 ", " 5.1.1", "3.0.0", "1.0.0", "6.0.0",
            "5.1234.1", "5.1.1234",
            "+5.1.1", "5.-1.1", "5.1.١", "52.1.1", "a.b.c", "5.1.1\0", "192.0.2.7",
        ]
    )
    func T30_notAStatus(text: String) {
        #expect(EnhancedStatus(parsing: text) == nil)
    }

    @Test("Numbers outside the range are brought into it")
    func numbersAreBroughtIntoRange() {
        #expect(EnhancedStatus(class: .permanentFailure, subject: -1, detail: 5000).description == "5.0.999")
    }
}
