// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import SMTPProtocol
import Testing

/// Recipients whose refusal stops the whole transaction.
@Suite struct RefusalPolicyTests {
    private func begin(
        _ session: inout Session,
        _ policy: RefusalPolicy,
        last: String = "c@example.net"
    ) throws
        -> [SessionAction]
    {
        let facts = ContentFacts(
            wireByteCount: 9,
            isEightBit: false,
            longestLine: 7,
            hasNUL: false,
            hasNonASCIIHeader: false
        )
        let transaction = MailTransaction(
            sender: try EnvelopeSender(parsing: "<a@app.example>"),
            recipients: try ["<b@example.net>", "<\(last)>"].map { try EnvelopeRecipient(parsing: $0) },
            content: facts,
            refusalPolicy: policy
        )
        return session.handle(.transactionRequested(transaction))
    }

    @Test(
        "Nothing that could deliver the message goes out before all recipients are accepted",
        arguments: [["PIPELINING"], ["PIPELINING", "CHUNKING"]]
    )
    func nothingGoesTooEarly(offered: [String]) throws {
        var session = Session(offering: offered)
        let actions = try begin(&session, .stop([1]))
        #expect(actions.written.hasSuffix("RCPT TO:<c@example.net>\r\n"))
        #expect(!actions.contains(.sendChunk(of: 0)))
        session.say("250 ok\r\n250 ok")
        let next = session.say("250 ok")
        #expect(next.written == "DATA\r\n" || next.last == .sendChunk(of: 0))
    }

    @Test(
        "A refused recipient that stops leads to RSET, and the outcome names it",
        arguments: [["PIPELINING"], ["PIPELINING", "CHUNKING"], ["CHUNKING"], []]
    )
    func refusedRecipientStops(offered: [String]) throws {
        var session = Session(offering: offered)
        var actions = try begin(&session, .stop([0]))
        actions += session.say("250 ok")
        actions += session.say("550 5.1.1 no such user")
        if offered.contains("PIPELINING") { actions += session.say("250 ok") }
        #expect(actions.written.hasSuffix("RSET\r\n"))
        #expect(!actions.contains(.sendChunk(of: 0)))
        guard case .stopped(let recipient, let outcome)? = session.say("250 reset").outcomes.first else {
            Issue.record("not stopped")
            return
        }
        #expect(recipient == 0)
        #expect(outcome.code == 550)
        #expect(outcome.status?.description == "5.1.1")
        #expect(try !begin(&session, .goOn).isEmpty)
    }

    @Test("Another refused recipient does not stop")
    func otherRecipientDoesNotStop() throws {
        var session = Session(offering: ["PIPELINING"])
        _ = try begin(&session, .stop([1]))
        #expect(session.say("250 ok\r\n550 no\r\n250 ok").written == "DATA\r\n")
        #expect(session.say("354 go").last == .sendContent(of: 0))
    }

    @Test("A recipient that cannot even be offered stops before a word is said")
    func recipientThatCannotBeOffered() throws {
        var session = Session(offering: ["PIPELINING"])
        let actions = try begin(&session, .stop([1]), last: "ü@example.net")
        #expect(actions.written.isEmpty)
        guard case .stopped(1, let outcome)? = actions.outcomes.first else {
            Issue.record("not stopped")
            return
        }
        #expect(outcome.status?.description == "5.6.7")
    }

    @Test("A stopped transaction stays stopped when the session breaks before RSET is answered")
    func brokenAfterTheStop() throws {
        for lost in [true, false] {
            var session = Session(offering: ["PIPELINING"])
            _ = try begin(&session, .stop([0]))
            var actions = session.say("250 ok\r\n550 no")
            if !lost { actions += session.say("250 ok") }
            actions += session.handle(.connectionClosed(nil))
            guard case .stopped(0, _)? = actions.outcomes.first else {
                Issue.record("not stopped")
                return
            }
        }
    }
}
