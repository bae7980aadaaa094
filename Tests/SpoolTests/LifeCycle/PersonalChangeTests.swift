// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Spool
import Testing

@Suite("A change of state by a person")
struct PersonalChangeTests {
    private let time = Timestamp(millisecondsSinceEpoch: 1_000_000_000_000)

    @Test("is in the journal before it happens, when the journal would be believed")
    func trusted() throws {
        let stem = try MessageStem("one")
        let plan = try LifeCycleMachine.change(stem, from: .queued, to: .held, by: "root", at: time)
        let line = JournalFormat.line(.state(from: .queued, to: .held, by: "root"), at: time)
        #expect(
            plan.operations == [
                .append("one.journal", line), .syncFile("one.journal"), .syncDirectory,
                .rename(from: "one.queued", to: "one.held"), .syncDirectory,
            ]
        )
    }

    @Test("is the rename alone, when the journal would not be believed")
    func notTrusted() throws {
        let plan = try LifeCycleMachine.change(
            try MessageStem("one"),
            from: .held,
            to: .queued,
            by: nil,
            at: time
        )
        #expect(plan.operations == [.rename(from: "one.held", to: "one.queued"), .syncDirectory])
    }
}
