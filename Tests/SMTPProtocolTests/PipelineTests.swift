// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import NIOCore
import SMTPProtocol
import Testing

/// Transactions that overlap: what no transcript can say, for it hangs on when contents go out.
@Suite struct PipelineTests {
    private static let small: Int64 = 64 << 10

    /// How each transaction ended, in one word.
    private func ends(_ actions: [SessionAction]) -> [String] {
        actions.outcomes.map { outcome in
            switch outcome {
            case .settled(let outcomes): outcomes.map(\.verdict.rawValue).joined()
            case .stopped: "stopped"
            case .relayFault(let fault): fault.phase == .idle ? "untouched" : "at fault"
            case .unconfirmed: "unconfirmed"
            case .contentFailed: "unreadable"
            }
        }
    }

    @Test(
        "How many transactions are worth asking for hangs on what the server offers, and on whether they may overlap"
    )
    func depth() {
        for (offered, overlaps, depth) in [
            ([], true, 1), (["CHUNKING"], true, 1), (["PIPELINING"], true, 3),
            (["PIPELINING", "CHUNKING"], true, 8), (["PIPELINING", "CHUNKING"], false, 1),
        ] {
            var settings = SessionSettings(hello: "client.example", security: .none)
            settings.overlapsTransactions = overlaps
            var session = Session(settings)
            session.handle(.connected)
            session.say("220 relay.example")
            let lines = ["x"] + offered
            let actions = session.say(
                lines.dropLast().map { "250-\($0)\r\n" }.joined() + "250 " + (lines.last ?? "")
            )
            let facts = actions.compactMap { if case .ready(let facts) = $0 { facts } else { nil } }
            #expect(facts.map(\.pipelineDepth) == [depth])
        }
    }

    @Test("The commands of the next message go out in the very turn in which the final dot does")
    func commandsGoWithTheDot() throws {
        var session = Session(offering: ["PIPELINING"])
        try session.request()
        #expect(try session.request().isEmpty)
        #expect(session.say("250 ok\r\n250 ok\r\n354 go").last == .sendContent(of: 0))
        let actions = session.handle(.contentSent)
        #expect(actions.written.hasSuffix("DATA\r\n"))
        #expect(!actions.written.contains("RSET"))
        #expect(session.say("250 done\r\n250 ok\r\n250 ok\r\n354 go").last == .sendContent(of: 1))
    }

    @Test("The window counts contents that go out blindly: four of them, and 128 KiB")
    func window() throws {
        for (byteCount, expected) in [(9, 4), (Self.small, 2), (Self.small / 2 + 1, 3)] as [(Int64, Int)] {
            var session = Session(offering: ["PIPELINING", "CHUNKING"])
            for _ in 0..<6 { try session.request(byteCount: byteCount) }
            var sent = 0
            while sent < 7, session.handle(.contentSent).last == .sendChunk(of: sent + 1) { sent += 1 }
            #expect(sent + 1 == expected, "\(byteCount) bytes")
            // An answer makes room for one more.
            #expect(session.say("250 ok\r\n250 ok\r\n250 done").last == .sendChunk(of: expected))
        }
    }

    @Test("A large content waits for the answers to those before it, and those behind it for its end")
    func largeContent() throws {
        var session = Session(offering: ["PIPELINING", "CHUNKING"])
        try session.request()
        try session.request(byteCount: Self.small + 1)
        try session.request()
        let behind = session.handle(.contentSent)
        #expect(behind.written.hasPrefix("RSET\r\n"))
        #expect(behind.last != .sendChunk(of: 1))
        #expect(ends(session.say("250 ok\r\n250 ok\r\n250 done")) == ["delivered"])
        #expect(session.say("250 reset\r\n250 ok\r\n250 ok").last == .sendChunk(of: 1))
        #expect(session.handle(.chunkSent).last == .sendChunk(of: 1))
        #expect(session.handle(.contentSent).last == .sendChunk(of: 2))
    }

    @Test("A connection lost while a content is being sent touches that one as little as those behind it")
    func lostWithinAContent() throws {
        var session = Session(offering: ["PIPELINING", "CHUNKING"])
        for _ in 0..<3 { try session.request() }
        session.handle(.contentSent)
        let actions = session.handle(.connectionClosed(nil))
        #expect(ends(actions) == ["unconfirmed", "untouched", "untouched"])
        #expect(actions.last == .close)
    }

    @Test("The fault counts against the transaction that the server was busy with, and no other")
    func faultCountsAgainstTheFirst() throws {
        var session = Session(offering: ["PIPELINING"])
        for _ in 0..<3 { try session.request() }
        #expect(ends(session.handle(.connectionClosed(nil))) == ["at fault", "untouched", "untouched"])
    }

    @Test("After 421 the server is heard out, but not for long")
    func hearsOut() throws {
        var session = Session(offering: ["PIPELINING", "CHUNKING"])
        for _ in 0..<5 { try session.request() }
        for _ in 0..<3 { session.handle(.contentSent) }
        let closing = session.say("421 bye")
        #expect(closing.timer == .quit)
        #expect(closing.fault == nil)
        let silent = session.handle(.phaseTimedOut)
        #expect(ends(silent) == ["at fault", "unconfirmed", "unconfirmed", "untouched", "untouched"])
        #expect(silent.fault?.kind == .serviceClosing)
    }

    @Test(
        "A server that drops what came behind a content, or refuses RSET there, gets one transaction at a time"
    )
    func intolerance() throws {
        for (offered, said) in [
            (["PIPELINING"], "250 ok\r\n250 ok\r\n354 go"), (["PIPELINING", "CHUNKING"], "250 ok\r\n250 ok"),
        ] {
            var session = Session(offering: offered)
            for _ in 0..<2 { try session.request() }
            session.say(said)
            session.handle(.contentSent)
            if offered.count > 1 { session.handle(.contentSent) }
            session.say("250 done")
            #expect(session.handle(.phaseTimedOut).contains(.avoidOverlap))
        }
        var alone = Session(offering: ["PIPELINING"])
        try alone.request()
        #expect(!alone.handle(.phaseTimedOut).contains(.avoidOverlap))

        for count in 2...3 {
            var refusing = Session(offering: ["PIPELINING", "CHUNKING"])
            for _ in 0..<count { try refusing.request() }
            for _ in 0..<count { refusing.handle(.contentSent) }
            refusing.say("250 ok\r\n250 ok\r\n250 done")
            var actions = refusing.say("502 what")
            actions += refusing.say("250 ok\r\n250 ok\r\n250 done\r\n502 what")
            #expect(actions.contains(.avoidOverlap))
        }
    }

    @Test("What is asked for while others are under way does not restart the timer")
    func waitingIsNoProgress() throws {
        var session = Session(offering: ["PIPELINING"])
        #expect(try session.request().timer == .mail)
        #expect(try session.request().isEmpty)
    }

    @Test("After DATA a content that cannot be read ends the session, and those that waited are untouched")
    func unreadable() throws {
        var session = Session(offering: ["PIPELINING"])
        for _ in 0..<2 { try session.request() }
        session.say("250 ok\r\n250 ok\r\n354 go")
        let actions = session.handle(.contentFailed("gone"))
        #expect(ends(actions) == ["unreadable", "untouched"])
        #expect(actions.last == .close)
    }

    @Test("A message refused here between others is answered in its turn")
    func answeredInTurn() throws {
        var session = Session(offering: ["PIPELINING", "CHUNKING", "SIZE 100"])
        try session.request()
        #expect(try session.request(byteCount: 101).outcomes.isEmpty)
        #expect(session.handle(.contentSent).outcomes.isEmpty)
        #expect(try session.request().last == .sendChunk(of: 2))
        #expect(ends(session.say("250 ok\r\n250 ok\r\n250 done")) == ["delivered", "failed"])
    }
}
