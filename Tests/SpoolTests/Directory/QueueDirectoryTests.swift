// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import Synchronization
import Testing

@testable import Spool

@Suite struct QueueDirectoryTests {
    @Test("Only a directory is opened")
    func opening() throws {
        let bench = try QueueBench()
        try bench.drop("x", as: "file")
        for name in ["missing", "file", "file/below"] {
            #expect(throws: SpoolError(.directory, "")) { try QueueDirectory.open(bench.path(of: name)) }
        }
    }

    @Test("The listing holds what is a message, by state, and nothing else")
    func listing() throws {
        let bench = try QueueBench()
        for name in [
            "b.queued", "a.queued", "c.failed", "c.journal", "d.held", "x.txt", ".y.new", "z z.queued",
        ] { try bench.drop("x", as: name) }
        let listing = try bench.queue.listing()
        #expect(
            listing.messages.map { "\($0.stem).\($0.state)" } == [
                "a.queued", "b.queued", "c.failed", "d.held",
            ]
        )
        #expect(listing.stems(in: .queued).map(\.text).sorted() == ["a", "b"])
        #expect(listing.stems(in: .sent).isEmpty)
        #expect(try bench.queue.census(oldestOf: []).counts == [.queued: 2, .failed: 1, .held: 1])
        #expect(listing.names.count == 5)
    }

    @Test(
        "A name that ends as one of open mail does is found, whatever stands before it, and no hidden one",
        arguments: [
            ("a.queued", true), ("a.sending", true), ("no message.queued", true), ("a.failed", false),
            ("a.held", false),
            ("a.sent", false), ("a.journal", false), (".a.queued", false), ("queued", false),
            ("a.queued.txt", false),
        ]
    )
    func openMail(name: String, isFound: Bool) throws {
        let bench = try QueueBench()
        try bench.drop("x", as: name)
        #expect(try bench.queue.hasNamesOfOpenMail() == isFound)
    }

    @Test("The state of a message is told by its name")
    func states() throws {
        let bench = try QueueBench()
        for state in SpoolState.allCases {
            try bench.drop("x", as: "a.\(state.rawValue)")
            #expect(try bench.queue.state(of: MessageStem("a")) == state)
            try bench.queue.handle.remove("a.\(state.rawValue)")
        }
        #expect(try bench.queue.state(of: MessageStem("a")) == nil)
    }

    @Test("A file .paused of the owner pauses the delivery")
    func paused() throws {
        let bench = try QueueBench()
        #expect(!bench.queue.isPaused)
        try bench.drop("", as: ".paused")
        #expect(bench.queue.isPaused)
    }

    @Test("A directory made anew at the path takes the place of the old one, for lock and listing too")
    func replacement() throws {
        let bench = try QueueBench()
        let path = bench.path(of: "queue")
        #expect(mkdir(path, 0o755) == 0)
        let queue = try QueueDirectory.open(path)
        #expect(try !queue.followReplacement())
        #expect(rename(path, bench.path(of: "old")) == 0)
        #expect(throws: SpoolError(.directory, "")) { try queue.followReplacement() }
        #expect(mkdir(path, 0o755) == 0)
        try bench.drop(Samples.message, as: "queue/a.queued")
        #expect(try queue.listing().names.isEmpty)
        #expect(try queue.followReplacement())
        #expect(try queue.listing().messages.map(\.stem.text) == ["a"])
        #expect(try !queue.followReplacement())
    }

    @Test("Each sync of the directory and of a file in it is told, with the time that it took")
    func syncs() throws {
        let bench = try QueueBench()
        let times = Mutex<[Duration]>([])
        let queue = try QueueDirectory.open(bench.path(of: "")) { time in times.withLock { $0.append(time) } }
        try queue.handle.sync()
        #expect(times.withLock { $0.count } == 1)
        try bench.drop("x", as: "a.queued")
        try queue.handle.openForReading("a.queued").sync()
        #expect(times.withLock { $0.count } == 2)
        #expect(times.withLock { $0.allSatisfy { $0 >= .zero } })
    }

    @Test("The message that waits longest is found, a flush does not make it young")
    func oldest() throws {
        let bench = try QueueBench()
        let old = QueueBench.now.adding(.seconds(-9000))
        try bench.drop(Samples.message, as: "a.queued")
        try bench.drop(Samples.message, as: "b.queued")
        try bench.drop(Samples.message, as: "c.failed", modified: .earliest)
        try bench.drop(
            Samples.journal([.attempt(number: 1, relay: "r", peer: nil, tls: nil)], at: old),
            as: "b.journal"
        )
        let census = try bench.queue.census(oldestOf: [.queued, .held])
        let oldest = try #require(census.oldest[.queued])
        #expect(oldest.stem.text == "b")
        #expect(oldest.queuedAt == old)
        #expect(Set(census.oldest.keys) == [.queued])
    }
}
