// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool

/// On a file system of their own, which only root can have.
@Suite("T26: a full disk")
struct DiskFullTests {
    private static let bob = "bob@example.org"

    @Test("refuses a message, and nothing of it is left")
    func submission() throws {
        guard let disk = try SmallDisk() else { return }
        let error = #expect(throws: SpoolError.self) {
            let submission = try QueueSubmission(in: disk.queue, envelope: QueueFileEnvelope())
            for _ in 0..<32 { try submission.write([UInt8](repeating: 0, count: 4096)) }
            try submission.commit()
        }
        #expect(error?.code == .noSpace)
        #expect(disk.names.isEmpty)
        try disk.fill()
        #expect(throws: SpoolError(.noSpace, "")) {
            try QueueSubmission(in: disk.queue, envelope: QueueFileEnvelope())
        }
        #expect(disk.names == ["filler"])
    }

    @Test("keeps a message on its way until its answers can be recorded")
    func resolution() throws {
        guard let disk = try SmallDisk() else { return }
        try disk.bench.drop(Samples.message, as: "disk/a.queued")
        let stem = try MessageStem("a")
        let message = try disk.queue.claim(stem, now: QueueBench.now, maxMessageBytes: 1 << 20)
        try disk.fill()
        let resolutions: [Resolution] = [
            .failed(lines: [Samples.line(Self.bob, .failed, "no such user")]),
            .retry(lines: [Samples.line(Self.bob, .deferred)]),
            .delivered(lines: [Samples.line(Self.bob, .delivered)], keep: true),
        ]
        for resolution in resolutions {
            #expect(throws: SpoolError(.noSpace, "")) {
                try disk.queue.resolve(message, as: resolution, now: QueueBench.now)
            }
            #expect(try disk.queue.state(of: stem) == .sending)
        }
        try disk.empty()
        try disk.queue.resolve(message, as: resolutions[0], now: QueueBench.now)
        #expect(disk.names == ["a.failed", "a.journal"])
        #expect(try disk.queue.history(of: stem).history.lastReason == "250 2.0.0 no such user")
    }

    @Test("leaves a message queued that could not be given up, and one held that could not be released")
    func otherChanges() throws {
        guard let disk = try SmallDisk() else { return }
        try disk.bench.drop(Samples.malformed, as: "disk/a.queued")
        try disk.bench.drop(Samples.message, as: "disk/b.held")
        try disk.fill()
        #expect(throws: ClaimError.self) {
            try disk.queue.claim(MessageStem("a"), now: QueueBench.now, maxMessageBytes: 1 << 20)
        }
        #expect(throws: SpoolError(.noSpace, "")) { try disk.queue.release(MessageStem("b")) }
        #expect(try disk.queue.state(of: MessageStem("a")) == .queued)
        #expect(try disk.queue.state(of: MessageStem("b")) == .held)
        try disk.queue.delete(MessageStem("b"))
    }
}
