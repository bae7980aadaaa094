// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import Testing

@testable import Spool

@Suite("Messages that are enqueued in groups")
struct BulkSubmissionTests {
    private let bench: QueueBench

    init() throws { bench = try QueueBench() }

    private func submission(_ stem: String, _ text: String = "x") throws -> QueueSubmission {
        let submission = try QueueSubmission(
            in: bench.queue,
            envelope: QueueFileEnvelope(),
            stem: MessageStem(stem)
        )
        try submission.write(Array("From: a@b.example\nTo: c@d.example\n\n\(text)\n".utf8))
        return submission
    }

    private func stems(_ outcomes: [BulkSubmission.Outcome]) -> [String] { outcomes.map(\.stem.text) }

    @Test("are told of in their order, each when it is in the queue")
    func order() throws {
        let bulk = BulkSubmission(in: bench.queue)
        let names = (0..<4 * BulkSubmission.groupLimit + 3).map { "m\($0)" }
        var told: [String] = []
        for name in names {
            for outcome in bulk.add(try submission(name, name)) {
                #expect(try outcome.result.get() == .accepted)
                #expect(try bench.queue.state(of: outcome.stem) == .queued)
                told.append(outcome.stem.text)
            }
        }
        #expect(told == Array(names[..<(2 * BulkSubmission.groupLimit)]))
        told += stems(bulk.flush())
        #expect(told == names)
        #expect(bulk.flush().isEmpty)
        #expect(bench.names == names.map { $0 + ".queued" }.sorted())
        #expect(try bench.text(of: "m300.queued").hasSuffix("\nm300\n"))
    }

    @Test("do not stop each other: one whose name is taken leaves nothing, the others are in the queue")
    func oneIsRefused() throws {
        let bulk = BulkSubmission(in: bench.queue)
        for name in ["a", "b", "c"] { #expect(bulk.add(try submission(name)).isEmpty) }
        try bench.drop("first", as: "b.queued")
        let outcomes = bulk.flush()
        #expect(stems(outcomes) == ["a", "b", "c"])
        #expect(outcomes[1].result == .failure(SpoolError(.alreadyThere, "")))
        #expect(outcomes[0].result == .success(.accepted) && outcomes[2].result == .success(.accepted))
        #expect(bench.names == ["a.queued", "b.queued", "c.queued"])
        #expect(try bench.text(of: "b.queued") == "first")
    }

    @Test("T26: leave nothing on a full disk, and say so for each")
    func fullDisk() throws {
        guard let disk = try SmallDisk() else { return }
        let bulk = BulkSubmission(in: disk.queue)
        let error = #expect(throws: SpoolError.self) {
            while true {
                let submission = try QueueSubmission(in: disk.queue, envelope: QueueFileEnvelope())
                try submission.write([UInt8](repeating: 0, count: 4096))
                _ = bulk.add(submission)
            }
        }
        #expect(error?.code == .noSpace)
        let outcomes = bulk.flush()
        let accepted = outcomes.filter { $0.result == .success(.accepted) }.map { $0.stem.text + ".queued" }
        #expect(!outcomes.isEmpty && disk.names == accepted.sorted())
    }

    @Test("that were given up, or whose bulk is released, leave nothing")
    func abandoned() throws {
        do {
            let bulk = BulkSubmission(in: bench.queue)
            let given = try submission("a")
            given.abandon()
            _ = bulk.add(given)
            _ = bulk.add(try submission("b"))
            #expect(stems(bulk.flush()) == ["b"])
            _ = bulk.add(try submission("c"))
        }
        #expect(bench.names == ["b.queued"])
    }

    @Test("under keys are enqueued once each, in their order among the others")
    func keys() throws {
        func keyed(_ key: String) throws -> QueueSubmission {
            let submission = try QueueSubmission(
                in: bench.queue,
                envelope: QueueFileEnvelope(),
                key: SubmissionKey(key)
            )
            try submission.write(Array("From: a@b.example\nTo: c@d.example\n\nx\n".utf8))
            return submission
        }
        let bulk = BulkSubmission(in: bench.queue)
        #expect(bulk.add(try submission("a")).isEmpty)
        #expect(stems(bulk.add(try keyed("k"))) == ["a", try SubmissionKey("k").stem.text])
        #expect(bulk.add(try keyed("k")).map(\.result) == [.success(.repeated)])
        #expect(bulk.add(try submission("b")).isEmpty)
        #expect(stems(bulk.flush()) == ["b"])
    }

    @Test("go into a directory that their writer may not read")
    func dropBox() throws {
        chmod(bench.path, geteuid() == 0 ? 0o1733 : 0o300)
        let drop = {
            let queue = try QueueDirectory.open(bench.path)
            let envelope = QueueFileEnvelope()
            let submissions = [
                try QueueSubmission(in: queue, envelope: envelope),
                try QueueSubmission(in: queue, envelope: envelope),
            ]
            return SubmissionGroup(submissions, in: queue).publish()
        }
        let problems = geteuid() == 0 ? try OtherUser.act(drop) ?? [] : try drop()
        chmod(bench.path, 0o755)
        #expect(problems == [nil, nil])
        #expect(bench.names.count == 2)
    }
}
