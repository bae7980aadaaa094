// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import Testing

@testable import Spool

@Suite struct PosixFileStoreTests {
    private func store(_ bench: QueueBench) -> PosixFileStore {
        PosixFileStore(directory: bench.queue.handle)
    }

    @Test("A journal is created for its owner alone, and grows")
    func appending() throws {
        let bench = try QueueBench()
        try store(bench).append("a.journal", Array("1\n".utf8))
        try store(bench).append("a.journal", Array("2\n".utf8))
        try store(bench).syncFile("a.journal")
        #expect(try bench.text(of: "a.journal") == "1\n2\n")
        var status = stat()
        #expect(lstat(bench.path(of: "a.journal"), &status) == 0)
        #expect(status.st_mode == S_IFREG | 0o600)
    }

    @Test("A last line that a crash has torn is ended before anything is appended")
    func tornLine() throws {
        let bench = try QueueBench()
        try bench.drop("{\"v\":1", as: "a.journal")
        try store(bench).append("a.journal", JournalFormat.line(.problem("x"), at: QueueBench.now))
        #expect(try bench.text(of: "a.journal").hasPrefix("{\"v\":1\n{"))
        #expect(try bench.history(of: "a").lastReason == "x")
    }

    @Test(
        "T3: what stands in the place of a journal is moved aside and never written to",
        arguments: HostileFile.allCases.filter(\.canBeMade)
    )
    func T3_hostileJournal(kind: HostileFile) throws {
        let bench = try QueueBench()
        try kind.make("a.journal", in: bench)
        try store(bench).append("a.journal", Array("1\n".utf8))
        #expect(try bench.text(of: "a.journal") == "1\n")
        #expect(bench.names.contains { $0.hasPrefix("a.journal.foreign-") })
        if bench.names.contains("target") { #expect(try bench.text(of: "target") == HostileFile.secret) }
    }

    @Test("Names are created, renamed and removed once")
    func names() throws {
        let bench = try QueueBench()
        let store = store(bench)
        try store.create("a", [1])
        #expect(throws: SpoolError(.alreadyThere, "")) { try store.create("a", [2]) }
        try store.create("b", [3])
        #expect(throws: SpoolError(.alreadyThere, "")) { try store.rename("a", to: "b") }
        try store.rename("a", to: "c")
        #expect(throws: SpoolError(.notFound, "")) { try store.rename("a", to: "d") }
        try store.remove("c")
        #expect(throws: SpoolError(.notFound, "")) { try store.remove("c") }
        try store.syncDirectory()
        #expect(bench.names == ["b"])
    }
}
