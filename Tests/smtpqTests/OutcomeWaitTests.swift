// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import ProgramOutput
import Spool
import Submission
import Testing

@testable import smtpq

@Suite("Who waits for the outcome of a message")
struct OutcomeWaitTests {
    /// What is said of a message of two recipients in a state, after these lines of its journal.
    private func failure(_ state: String, _ journal: String) throws -> CommandFailure? {
        let scratch = try ScratchQueue([])
        try scratch.write(
            "m.\(state)",
            "Queue-From: <>\nQueue-To: <a@b.example>\nQueue-To: <c@d.example>\n\nx\n"
        )
        try scratch.write("m.journal", journal)
        let spoolState = try #require(SpoolState(rawValue: state))
        return OutcomeWait.failure(of: try scratch.queue.summary(of: MessageStem("m"), in: spoolState))
    }

    private func line(_ address: String, _ outcome: String, _ reply: String) -> String {
        #"{"v":1,"t":"2026-11-24T04:10:03.123Z","event":"recipient","to":"\#(address)","outcome":"\#(outcome)","code":250,"status":"2.0.0","reply":"\#(reply)"}"#
            + "\n"
    }

    @Test("goes on as long as it is open")
    func open() throws {
        for state in ["queued", "sending", "sent"] { #expect(try failure(state, "") == nil) }
        #expect(try failure("queued", line("a@b.example", "delivered", "ok")) == nil)
    }

    @Test("is told who has to be tried again, and why")
    func deferred() throws {
        let journal = line("a@b.example", "delivered", "ok") + line("c@d.example", "deferred", "greylisted")
        let failure = try #require(try failure("queued", journal))
        #expect(
            failure == CommandFailure("m will be tried again: c@d.example: 250 2.0.0 greylisted", .tryAgain)
        )
    }

    @Test("is told who was given up, and why")
    func failed() throws {
        let journal = line("a@b.example", "failed", "no such user") + line("c@d.example", "delivered", "ok")
        let failure = try #require(try failure("failed", journal))
        #expect(failure == CommandFailure("m was given up: a@b.example: 250 2.0.0 no such user", .badData))
    }

    @Test("is told that it is held")
    func held() throws {
        #expect(try failure("held", "")?.status == .tryAgain)
    }
}
