// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Spool
import Testing

@testable import smtpq

@Suite("The list of mailq")
struct TraditionalListTests {
    @Test("ends with the line that monitoring programs read")
    func footer() {
        #expect(TraditionalList.footer(count: 0, byteCount: 0) == "Mail queue is empty")
        #expect(TraditionalList.footer(count: 1, byteCount: 1) == "-- 1 Kbytes in 1 Request.")
        #expect(TraditionalList.footer(count: 12, byteCount: 10_240) == "-- 10 Kbytes in 12 Requests.")
    }

    @Test("shows id, size, time and sender, then the reason and who still waits")
    func message() throws {
        let scratch = try ScratchQueue(["order-1001.queued"])
        let summary = try scratch.queue.summary(of: MessageStem("order-1001"), in: .queued)
        let lines = TraditionalList.lines(summary, mark: "*")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("order-1001*"))
        #expect(lines[0].hasSuffix("  a@b.example"))
        #expect(lines[1] == String(repeating: " ", count: 41) + "c@d.example")
        #expect(lines[2].isEmpty)
    }
}
