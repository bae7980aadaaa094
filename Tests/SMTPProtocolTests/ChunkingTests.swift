// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import NIOCore
import SMTPProtocol
import Testing

/// BDAT: what no transcript can say, for it hangs on when chunks go out.
@Suite struct ChunkingTests {
    private static let small: Int64 = 64 << 10

    private func verdicts(_ actions: [SessionAction]) -> [RecipientOutcome.Verdict]? {
        guard case .settled(let outcomes)? = actions.outcomes.first else { return nil }
        return outcomes.map(\.verdict)
    }

    @Test(
        "With PIPELINING a small content goes along with the commands, a larger one when somebody is to have it"
    )
    func smallContentsGoAtOnce() throws {
        var small = Session(offering: ["PIPELINING", "CHUNKING"])
        #expect(try small.request(byteCount: Self.small).last == .sendChunk(of: 0))
        var large = Session(offering: ["PIPELINING", "CHUNKING"])
        let actions = try large.request(byteCount: Self.small + 1)
        #expect(!actions.contains(.sendChunk(of: 0)))
        #expect(actions.written.hasSuffix("RCPT TO:<b1@example.net>\r\n"))
        #expect(large.say("250 ok\r\n250 ok").last == .sendChunk(of: 0))
        var alone = Session(offering: ["CHUNKING"])
        #expect(try alone.request(byteCount: 9).written == "MAIL FROM:<a@app.example>\r\n")
        #expect(alone.say("250 ok").written == "RCPT TO:<b1@example.net>\r\n")
        #expect(alone.say("250 ok").last == .sendChunk(of: 0))
    }

    @Test("CHUNKING can be switched off: then it is as if it were not offered")
    func switchedOff() throws {
        var session = Session(offering: ["PIPELINING", "CHUNKING", "BINARYMIME"], usesChunking: false)
        let actions = try session.request(byteCount: 9)
        #expect(actions.written.hasSuffix("DATA\r\n"))
        #expect(!actions.contains(.sendChunk(of: 0)))
    }

    @Test("With PIPELINING the next chunk is wanted at once, without it when the reply is there")
    func chunksFollowEachOther() throws {
        var quick = Session(offering: ["PIPELINING", "CHUNKING"])
        try quick.request(byteCount: 3 << 20)
        quick.say("250 ok\r\n250 ok")
        #expect(quick.handle(.chunkSent) == [.startTimer(.chunk, .seconds(180)), .sendChunk(of: 0)])
        #expect(quick.handle(.contentProgressed) == [.startTimer(.chunk, .seconds(180))])
        #expect(quick.handle(.chunkSent).last == .sendChunk(of: 0))
        #expect(quick.say("250 chunk").timer == .chunk)
        #expect(quick.handle(.contentSent).timer == .chunk)
        #expect(quick.say("250 chunk") == [.startTimer(.finalDot, .seconds(600))])
        #expect(verdicts(quick.say("250 2.0.0 queued")) == [.delivered])

        var patient = Session(offering: ["CHUNKING"])
        try patient.request(byteCount: 3 << 20)
        patient.say("250 ok")
        #expect(patient.say("250 ok").last == .sendChunk(of: 0))
        #expect(patient.handle(.chunkSent) == [.startTimer(.chunk, .seconds(180))])
        #expect(patient.say("250 chunk").last == .sendChunk(of: 0))
        #expect(patient.handle(.contentSent).timer == .finalDot)
        #expect(verdicts(patient.say("250 2.0.0 queued")) == [.delivered])
    }

    @Test("T15: after a chunk that failed no other goes out, those under way are answered, and RSET ends it")
    func T15_failedChunk() throws {
        var session = Session(offering: ["PIPELINING", "CHUNKING"])
        try session.request(byteCount: 3 << 20)
        session.say("250 ok\r\n250 ok")
        session.handle(.chunkSent)
        session.handle(.chunkSent)
        #expect(session.say("552 5.3.4 too large").last == .stopContent)
        let actions = session.say("503 5.5.1 no transaction")
        #expect(actions.written == "RSET\r\n")
        let end = session.say("250 reset")
        #expect(verdicts(end) == [.failed])
        #expect(end.fault == nil)
        #expect(try session.request(byteCount: 9).last == .sendChunk(of: 1))
    }

    @Test("T15: a refused last chunk is the answer for all, and the server is told to forget")
    func T15_failedLastChunk() throws {
        for offered in [["PIPELINING", "CHUNKING"], ["CHUNKING"]] {
            var session = Session(offering: offered)
            try session.request(byteCount: 3 << 20)
            session.say("250 ok")
            session.say("250 ok")
            session.handle(.contentSent)
            #expect(session.say("451 4.3.0 disk full").written == "RSET\r\n")
            #expect(verdicts(session.say("250 reset")) == [.deferred])
        }
    }

    @Test("With all recipients refused the chunk that went along is thrown away, and the session is usable")
    func allRecipientsRefused() throws {
        var session = Session(offering: ["PIPELINING", "CHUNKING"])
        try session.request(byteCount: 9, recipients: 2)
        session.handle(.contentSent)
        session.say("250 ok\r\n550 5.1.1 no\r\n450 4.2.1 later")
        #expect(session.say("503 5.5.1 no valid recipients").written == "RSET\r\n")
        #expect(verdicts(session.say("250 reset")) == [.failed, .deferred])
        #expect(try session.request(byteCount: 9).last == .sendChunk(of: 1))
    }

    @Test("A refused sender is the answer, whatever the server says to what went along")
    func senderRefused() throws {
        for line in ["503 5.5.1 MAIL first", "530 5.7.0 log in"] {
            var session = Session(offering: ["PIPELINING", "CHUNKING"])
            try session.request(byteCount: 9)
            session.handle(.contentSent)
            let actions = session.say("550 5.7.1 not you\r\n503 5.5.1 MAIL first\r\n" + line)
            #expect(actions.written == "RSET\r\n")
            #expect(verdicts(session.say("250 reset")) == [.failed])
        }
    }

    @Test("Once the last chunk is out the server may have the message, whatever it has answered yet")
    func lostWithTheMessage() throws {
        for replies in [[], ["250 ok"], ["250 ok", "250 ok"]] {
            var session = Session(offering: ["PIPELINING", "CHUNKING"])
            try session.request(byteCount: 9)
            session.handle(.contentSent)
            for reply in replies { session.say(reply) }
            guard case .unconfirmed(let outcomes, _)? = session.handle(.connectionClosed(nil)).outcomes.first
            else {
                Issue.record("not unconfirmed after \(replies)")
                return
            }
            #expect(outcomes.map(\.isUnconfirmed) == [true])
        }
    }

    @Test(
        "A server that refuses what it needs for the message does not have it",
        arguments: [["421 bye"], ["530 log in"], ["250 ok", "421 bye"], ["250 ok", "250 ok", "530 log in"]]
    )
    func refusedWithTheMessage(replies: [String]) throws {
        var session = Session(offering: ["PIPELINING", "CHUNKING"])
        try session.request(byteCount: 9)
        session.handle(.contentSent)
        var actions: [SessionAction] = []
        for reply in replies { actions += session.say(reply) }
        let fault = try #require(actions.fault)
        #expect(actions.outcomes == [.relayFault(fault)])
    }

    @Test("A recipient that demands a login does not undo that another may have the message")
    func loginDemandedForOneRecipient() throws {
        var session = Session(offering: ["PIPELINING", "CHUNKING"])
        try session.request(byteCount: 9, recipients: 2)
        session.handle(.contentSent)
        let actions = session.say("250 ok\r\n250 ok\r\n530 log in")
        guard case .unconfirmed(let outcomes, let fault)? = actions.outcomes.first else {
            Issue.record("not unconfirmed")
            return
        }
        #expect(outcomes.map(\.isUnconfirmed) == [true, true])
        #expect(fault.kind == .authenticationRefused)
    }

    @Test("A session lost between chunks leaves the message untouched")
    func lostBetweenChunks() throws {
        var session = Session(offering: ["PIPELINING", "CHUNKING"])
        try session.request(byteCount: 3 << 20)
        session.say("250 ok\r\n250 ok")
        session.handle(.chunkSent)
        let actions = session.handle(.connectionClosed(nil))
        #expect(actions.outcomes == actions.fault.map { [.relayFault($0)] })
        #expect(session.handle(.chunkSent).isEmpty)
    }

    @Test("A chunk that nobody asked for ends the session")
    func unaskedChunk() throws {
        var session = Session(offering: ["PIPELINING", "CHUNKING"])
        #expect(session.handle(.chunkSent).fault?.kind == .local)
    }

    @Test("No reply is taken for a chunk that is not sent yet")
    func replyBeforeTheChunk() throws {
        var session = Session(offering: ["CHUNKING"])
        try session.request(byteCount: 3 << 20)
        session.say("250 ok")
        session.say("250 ok")
        #expect(session.say("250 chunk").fault?.kind == .protocolViolation)
    }
}
