// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailTestKit
import Testing

@testable import Spool

@Suite("T3: hostile files")
struct HostileFileTests {
    private static let kinds = HostileFile.allCases.filter { $0.canBeMade && $0 != .foreign }

    @Test("are never claimed, followed, blocked on or moved", arguments: kinds)
    func claim(kind: HostileFile) throws {
        let bench = try QueueBench()
        try kind.make("a.queued", in: bench)
        let names = bench.names
        guard case .hostile(let error) = try bench.refusal("a") else {
            return #expect(Bool(false), "\(kind)")
        }
        #expect(error.code == .hostile)
        #expect(error.summary.contains("/a.queued"))
        #expect(bench.names == names)
    }

    @Test("are told of in a summary, and not read", arguments: kinds.filter { $0 != .hardLink })
    func summary(kind: HostileFile) throws {
        let bench = try QueueBench()
        try kind.make("a.queued", in: bench)
        let summary = try bench.queue.summary(of: MessageStem("a"), in: .queued)
        #expect(summary.sender == nil && summary.recipients.isEmpty)
        #expect(summary.lastReason != nil)
        #expect(throws: SpoolError(.hostile, "")) {
            try bench.queue.read(MessageStem("a"), in: .queued) { _ in }
        }
    }

    @Test("in the place of a journal are not believed", arguments: HostileFile.allCases.filter(\.canBeMade))
    func journal(kind: HostileFile) throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        try kind.make("a.journal", in: bench)
        #expect(try bench.queue.journal(of: MessageStem("a")) == nil)
        #expect(try bench.claim("a").openRecipients.count == 2)
    }

    @Test(
        "in the place of .paused and .status are not believed",
        arguments: HostileFile.allCases.filter { $0.canBeMade && $0 != .hardLink }
    )
    func pausedAndStatus(kind: HostileFile) throws {
        let bench = try QueueBench()
        try kind.make(".paused", in: bench)
        if bench.names.contains("target") { try bench.queue.handle.remove("target") }
        try kind.make(".status", in: bench)
        #expect(!bench.queue.isPaused)
        #expect(bench.queue.readStatus() == nil)
    }

    @Test(
        "of others are messages like any other: everybody of the group may drop one",
        arguments: [geteuid() == 0]
    )
    func foreignMessage(isRoot: Bool) throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        if isRoot { chown(bench.path(of: "a.queued"), OtherUser.id, OtherUser.id) }
        #expect(try bench.refusal("a") == nil)
    }

    @Test("that may not be read stay where they are")
    func unreadable() throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        chmod(bench.path(of: "a.queued"), 0)
        chmod(bench.path, 0o777)
        // Root reads everything, and is somebody else for a moment.
        let refusal =
            geteuid() == 0 ? try OtherUser.act { try bench.refusal("a") } ?? nil : try bench.refusal("a")
        guard case .hostile(let error) = refusal else { return #expect(Bool(false)) }
        #expect(error.code == .notPermitted)
        #expect(bench.names == ["a.queued"])
    }

    @Test(
        "T28: that nobody reaches, for the directory lets nobody in, are no fault of theirs but of the host",
        arguments: [0o666, 0o555] as [mode_t]
    )
    func T28_closedDirectory(mode: mode_t) throws {
        let bench = try QueueBench()
        try bench.drop(Samples.message, as: "a.queued")
        chmod(bench.path(of: "a.queued"), 0o644)
        chmod(bench.path, mode)
        let refusal =
            geteuid() == 0 ? try OtherUser.act { try bench.refusal("a") } ?? nil : try bench.refusal("a")
        chmod(bench.path, 0o755)
        guard case .host(let error) = refusal else { return #expect(Bool(false)) }
        #expect(error.code == .notPermitted)
        #expect(bench.names == ["a.queued"])
    }

    @Test("T19: of random names and content leave the rest as it is")
    func T19_rubbish() throws {
        let bench = try QueueBench()
        var generator = SeededGenerator(seed: 19)
        for number in 0..<60 {
            let bytes = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            try bench.drop(bytes, as: "rubbish\(number).queued")
        }
        for byte in UInt8(1)...255 where byte != UInt8(ascii: "/") {
            let name: [CChar] = [CChar(bitPattern: byte)] + [CChar(bitPattern: byte)] + ".queued".utf8CString
            let fd = openat(bench.queue.handle.descriptor, name, O_CREAT | O_WRONLY, 0o644)
            #expect(fd >= 0)
            close(fd)
        }
        try bench.drop(Samples.message, as: "good.queued")
        for stem in try bench.queue.listing().stems(in: .queued) where stem.text.hasPrefix("rubbish") {
            guard case .malformed = try bench.refusal(stem.text) else {
                return #expect(Bool(false), "\(stem)")
            }
        }
        #expect(try bench.queue.listing().stems(in: .failed).count == 60)
        #expect(try bench.queue.listing().stems(in: .queued).count == 67)
        #expect(try bench.refusal("good") == nil)
    }
}
