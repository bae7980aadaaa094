// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import Testing

@testable import Spool

@Suite struct PersonTests {
    @Test("A message is held, released, queued again and deleted, and its journal tells of it")
    func changes() throws {
        let bench = try QueueBench()
        let stem = try MessageStem("a")
        try bench.drop(Samples.message, as: "a.queued")
        try bench.queue.hold(stem)
        #expect(bench.names == ["a.held", "a.journal"])
        try bench.queue.release(stem)
        #expect(bench.names == ["a.journal", "a.queued"])
        let records = JournalFormat.records(in: try #require(try bench.queue.journal(of: stem))).map(\.record)
        guard case .state(.queued, .held, let person) = try #require(records.first) else {
            return #expect(Bool(false))
        }
        #expect(!person.isEmpty)
        #expect(
            records == [
                .state(from: .queued, to: .held, by: person), .state(from: .held, to: .queued, by: person),
            ]
        )
        try bench.queue.delete(stem)
        #expect(bench.names.isEmpty)
    }

    @Test(
        "What was set aside or is over is queued again, due at once",
        arguments: ["failed", "sent", "held"]
    )
    func requeue(state: String) throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.\(state)")
        let records = [
            Samples.line("alice@example.net", .delivered), Samples.line("bob@example.org", .failed),
            .retry(number: 1, next: .latest),
        ]
        try bench.drop(Samples.journal(records), as: "a.journal")
        try bench.queue.requeue(MessageStem("a"))
        let expected = [
            "failed": ["<bob@example.org>"], "sent": ["<alice@example.net>", "<bob@example.org>"], "held": [],
        ]
        #expect(try bench.claim("a").openRecipients.map(\.description) == expected[state])
    }

    @Test(
        "What is given up by a person is failed, tells who, and can be queued again",
        arguments: ["queued", "held"]
    )
    func giveUp(state: String) throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.\(state)")
        let records = [
            Samples.line("alice@example.net", .delivered), Samples.line("bob@example.org", .deferred),
        ]
        try bench.drop(Samples.journal(records), as: "a.journal")
        try bench.queue.giveUp(MessageStem("a")) { _ in [] }
        let summary = try bench.queue.summary(of: MessageStem("a"), in: .failed)
        #expect(summary.lastReason?.hasPrefix("given up by ") == true)
        try bench.queue.requeue(MessageStem("a"))
        #expect(try bench.claim("a").openRecipients.map(\.description) == ["<bob@example.org>"])
    }

    @Test(
        "A message that is given up is held while it is told of, with all its open recipients",
        arguments: [SpoolState.queued, .held]
    )
    func toldWhileHeld(state: SpoolState) throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.\(state.rawValue)")
        try bench.drop(Samples.journal([Samples.line("alice@example.net", .delivered)]), as: "a.journal")
        try bench.queue.giveUp(MessageStem("a")) { message in
            #expect(bench.names == ["a.held", "a.journal"])
            #expect(message.openRecipients.map(\.description) == ["<bob@example.org>"])
            #expect(message.content.byteCount > 0)
            return [Samples.line("bob@example.org", .failed, "given up")]
        }
        let history = try bench.history(of: "a")
        #expect(try history.isFinal(MailAddress("bob@example.org")))
        #expect(history.lastReason?.hasPrefix("given up by ") == true)
    }

    @Test("What cannot be told of is queued or held as before", arguments: [SpoolState.queued, .held])
    func notTold(state: SpoolState) throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.\(state.rawValue)")
        #expect(throws: SpoolError(.noSpace, "")) {
            try bench.queue.giveUp(MessageStem("a")) { _ throws(SpoolError) in
                throw SpoolError(.noSpace, "")
            }
        }
        #expect(try bench.queue.state(of: MessageStem("a")) == state)
        #expect(bench.names.filter { $0 != "a.journal" } == ["a.\(state.rawValue)"])
    }

    @Test("What is no message is given up without a word to anybody")
    func giveUpNoMessage() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.malformed, as: "a.queued")
        try bench.queue.giveUp(MessageStem("a")) { _ in
            Issue.record("nobody can be told")
            return []
        }
        #expect(bench.names == ["a.failed", "a.journal"])
    }

    @Test("A pause is on disk once, whoever left a file of that name, and ends once")
    func pause() throws {
        let bench = try QueueBench()
        #expect(try !bench.queue.resume())
        #expect(try bench.queue.pause())
        #expect(bench.queue.isPaused)
        #expect(try !bench.queue.pause())
        #expect(try bench.queue.resume())
        #expect(bench.names == [])
        guard geteuid() == 0 else { return }
        try bench.drop("", as: ".paused")
        #expect(chown(bench.path(of: ".paused"), OtherUser.id, OtherUser.id) == 0)
        #expect(try bench.queue.pause())
        #expect(bench.queue.isPaused)
    }

    @Test("What is not in the right state stays where it is", arguments: SpoolState.allCases)
    func wrongState(state: SpoolState) throws {
        let bench = try QueueBench()
        let stem = try MessageStem("a")
        try bench.drop(Samples.message, as: "a.\(state.rawValue)")
        let changes: [(from: Set<SpoolState>, act: (QueueDirectory) throws(SpoolError) -> Void)] = [
            ([.queued], { queue throws(SpoolError) in try queue.hold(stem) }),
            ([.held], { queue throws(SpoolError) in try queue.release(stem) }),
            ([.failed, .sent, .held], { queue throws(SpoolError) in try queue.requeue(stem) }),
            ([.queued, .held], { queue throws(SpoolError) in try queue.giveUp(stem) { _ in [] } }),
            ([.queued, .failed, .sent, .held], { queue throws(SpoolError) in try queue.delete(stem) }),
        ]
        for change in changes where !change.from.contains(state) {
            let code: SpoolError.Code = state == .sending ? .busy : .notFound
            #expect(throws: SpoolError(code, "")) { try change.act(bench.queue) }
            #expect(bench.names == ["a.\(state.rawValue)"])
        }
        for change in changes {
            #expect(throws: SpoolError(.notFound, "")) { try change.act(try QueueBench().queue) }
        }
    }

    @Test("A change to a name that is taken is an error, and both messages are kept")
    func nameClash() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        try bench.drop("first", as: "a.held")
        #expect(throws: SpoolError(.alreadyThere, "")) { try bench.queue.hold(MessageStem("a")) }
        #expect(try bench.text(of: "a.queued") == Samples.message)
        #expect(try bench.text(of: "a.held") == "first")
    }

    @Test(
        "Whoever owns a message holds, releases and deletes it where he may not read, and writes no journal"
    )
    func memberOfTheGroup() throws {
        let bench = try QueueBench()
        let stem = try MessageStem("a")
        try bench.drop(Samples.message, as: "a.queued")
        if geteuid() == 0 {
            #expect(chown(bench.path(of: "a.queued"), OtherUser.id, OtherUser.id) == 0)
            chmod(bench.path, 0o1733)
        }
        let act = {
            let queue = try QueueDirectory.open(bench.path)
            try queue.hold(stem)
            #expect(throws: SpoolError(.notPermitted, "")) { if geteuid() != 0 { try queue.requeue(stem) } }
            #expect(throws: SpoolError(.notPermitted, "")) {
                if geteuid() != 0 { try queue.giveUp(stem) { _ in [] } }
            }
            #expect(throws: SpoolError(.notPermitted, "")) { if geteuid() != 0 { _ = try queue.pause() } }
            try queue.release(stem)
            try queue.delete(stem)
        }
        try OtherUser.act(act)
        chmod(bench.path, 0o755)
        // Who is not root cannot be somebody else, and owns the directory.
        #expect(bench.names == (geteuid() == 0 ? [] : ["a.queued"]))
    }

    @Test("A message with a journal of somebody else is deleted all the same")
    func deleteWithForeignJournal() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        try HostileFile.symbolicLink.make("a.journal", in: bench)
        try bench.queue.delete(MessageStem("a"))
        #expect(!bench.names.contains("a.queued"))
        #expect(try bench.text(of: "target") == HostileFile.secret)
    }
}
