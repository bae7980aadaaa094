// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailMessage
import Testing

@Suite("T21: report limit")
struct ReportLimitTableTests {
    private let start = ContinuousClock.now

    @Test("a sender gets so many reports within any hour, and more when the oldest is an hour old")
    func limit() throws {
        var table = ReportLimitTable()
        let sender = try MailAddress("app@app.example")
        func admitted(at seconds: Int) -> Bool {
            table.admits(sender, limit: 2, now: start + .seconds(seconds))
        }
        let answers = [0, 1800, 1801, 3599, 3600, 3601, 5400].map(admitted)
        #expect(answers == [true, true, false, false, true, false, true])
    }

    @Test("each sender has a count of his own; the case of his domain makes him no other")
    func senders() throws {
        var table = ReportLimitTable()
        let names = ["a@x.example", "b@x.example", "a@X.Example", "A@x.example"]
        let admitted = try names.map { table.admits(try MailAddress($0), limit: 1, now: start) }
        #expect(admitted == [true, true, false, true])
    }

    @Test("the memory is bounded: beyond so many senders nobody new is told until some have been quiet")
    func bounded() throws {
        var table = ReportLimitTable()
        func isAdmitted(_ sender: String, at seconds: Int) throws -> Bool {
            table.admits(try MailAddress(sender), limit: 2, now: start + .seconds(seconds))
        }
        for number in 0..<ReportLimitTable.senderLimit { _ = try isAdmitted("a\(number)@x.example", at: 0) }
        let answers = [
            try isAdmitted("other@x.example", at: 3599), try isAdmitted("a1@x.example", at: 3599),
            try isAdmitted("other@x.example", at: 3600),
        ]
        #expect(answers == [false, true, true])
    }
}
