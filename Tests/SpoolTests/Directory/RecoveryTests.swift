// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool

@Suite struct RecoveryTests {
    private static let alice = "alice@example.net"
    private static let bob = "bob@example.org"

    @Test(
        "G4: what was on its way is finished where all have answered, and queued where not",
        arguments: [true, false]
    )
    func onItsWay(keepQueue: Bool) throws {
        let bench = try QueueBench()
        let journals: [String: [JournalRecord]?] = [
            "none": nil, "open": [Samples.line(Self.alice, .delivered)],
            "deferred": [Samples.line(Self.alice, .delivered), Samples.line(Self.bob, .deferred)],
            "delivered": [Samples.line(Self.alice, .delivered), Samples.line(Self.bob, .delivered)],
            "failed": [Samples.line(Self.alice, .delivered), Samples.line(Self.bob, .failed)],
        ]
        for (stem, records) in journals {
            try bench.drop(Samples.message, as: stem + ".sending")
            if let records { try bench.drop(Samples.journal(records), as: stem + ".journal") }
        }
        let report = try bench.queue.recover(keepQueue: keepQueue, now: QueueBench.now)
        #expect(report.requeued.map(\.text).sorted() == ["deferred", "none", "open"])
        #expect(report.finished.map(\.text).sorted() == ["delivered", "failed"])
        #expect(report.problems.isEmpty)
        let expected = [
            "deferred.journal", "deferred.queued", "failed.failed", "failed.journal", "none.queued",
            "open.journal", "open.queued",
        ]
        let names = (expected + (keepQueue ? ["delivered.journal", "delivered.sent"] : [])).sorted()
        #expect(bench.names == names)
        #expect(try bench.queue.recover(keepQueue: keepQueue, now: QueueBench.now) == RecoveryReport())
        #expect(bench.names == names)
    }

    @Test("What waits, is over or is set aside stays, and so does what is not of the spool")
    func therestStays() throws {
        let bench = try QueueBench()
        let names = [
            "a.queued", "b.held", "c.sent", "d.failed", "d.journal", "notes.txt", ".paused", ".status",
            ".e.tmp", ".young.new",
        ].sorted()
        for name in names { try bench.drop("x", as: name) }
        #expect(try bench.queue.recover(keepQueue: false, now: QueueBench.now) == RecoveryReport())
        #expect(bench.names == names)
    }

    @Test("Journals without a message, and interrupted writes a day old, are removed")
    func leftovers() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.journal(Samples.records), as: "gone.journal")
        for name in [".old.new", ".status-1"] {
            try bench.drop("x", as: name, modified: QueueBench.now.adding(.seconds(-90_000)))
        }
        _ = try bench.queue.recover(keepQueue: false, now: QueueBench.now)
        #expect(bench.names.isEmpty)
    }

    @Test("One message that cannot be put right is told of, and stops no other")
    func problems() throws {
        let bench = try QueueBench()
        for name in ["a.sending", "a.queued", "b.sending"] { try bench.drop(Samples.message, as: name) }
        let report = try bench.queue.recover(keepQueue: false, now: QueueBench.now)
        #expect(report.requeued.map(\.text) == ["b"])
        #expect(report.problems.count == 1)
        #expect(report.problems.first?.hasPrefix("a: ") == true)
        #expect(bench.names == ["a.queued", "a.sending", "b.queued"])
    }

    @Test("T28: in a directory that came back, what this process is sending still stays as it is")
    func T28_besides() throws {
        let bench = try QueueBench()
        for name in ["a.sending", "b.sending"] { try bench.drop(Samples.message, as: name) }
        let report = try bench.queue.recover(
            keepQueue: false,
            now: QueueBench.now,
            besides: [MessageStem("a")]
        )
        #expect(report.requeued.map(\.text) == ["b"])
        #expect(bench.names == ["a.sending", "b.queued"])
    }

    @Test("A message that cannot be read any more is queued, to be judged by the next claim")
    func unreadable() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.malformed, as: "a.sending")
        try bench.drop(Samples.journal([Samples.line(Self.alice, .delivered)]), as: "a.journal")
        try HostileFile.fifo.make("b.sending", in: bench)
        _ = try bench.queue.recover(keepQueue: false, now: QueueBench.now)
        #expect(bench.names == ["a.journal", "a.queued", "b.queued"])
    }
}
