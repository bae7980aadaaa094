// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import Testing

@testable import Spool

@Suite(.timeLimit(.minutes(1))) struct QueueWatchTests {
    /// What a watch reports of `actions`: all that they cause, ended by an event of a file of its own.
    private func changes(_ bench: QueueBench, of actions: () throws -> Void) async throws -> [QueueChange] {
        let recorder = try WatchRecorder(bench.queue)
        let end = try MessageStem("end")
        try actions()
        recorder.start()
        try bench.queue.handle.create("end", mode: 0o644).sync()
        try bench.queue.handle.rename("end", to: "end.queued")
        let changes = await recorder.changes { $0.contains(.appeared(end)) }
        recorder.stop()
        _ = await recorder.allChanges()
        return changes.filter { $0 != .appeared(end) }
    }

    @Test("A message renamed into place appears once, and nothing before that is reported")
    func rename() async throws {
        let bench = try QueueBench()
        let stem = try MessageStem("a")
        let changes = try await changes(bench) {
            let submission = try QueueSubmission(in: bench.queue, envelope: QueueFileEnvelope(), stem: stem)
            try submission.write([0])
            try submission.commit()
        }
        #expect(changes.filter { $0 == .appeared(stem) }.count >= 1)
        #expect(Set(changes) == [.appeared(stem)])
    }

    @Test("A message written in place appears when it is closed, again when it is touched, and vanishes")
    func inPlace() async throws {
        let bench = try QueueBench()
        let stem = try MessageStem("a")
        let changes = try await changes(bench) {
            let descriptor = open(bench.path(of: "a.queued"), O_CREAT | O_WRONLY, 0o644)
            _ = write(descriptor, "x", 1)
            close(descriptor)
            try bench.queue.touch(stem)
            try bench.queue.handle.remove("a.queued")
            try bench.drop("y", as: "b.txt")
            try bench.queue.handle.rename("b.txt", to: "a.queued")
            try bench.queue.handle.rename("a.queued", to: "a.held")
        }
        #expect(
            changes == [.touched(stem), .touched(stem), .vanished(stem), .appeared(stem), .vanished(stem)]
        )
    }

    @Test("The pause is noticed, coming and going")
    func paused() async throws {
        let bench = try QueueBench()
        let changes = try await changes(bench) {
            close(open(bench.path(of: ".paused"), O_CREAT | O_WRONLY, 0o644))
            try bench.queue.handle.remove(".paused")
        }
        #expect(changes == [.pausedChanged, .pausedChanged])
    }

    @Test("T28: a directory that is deleted or moved away ends the watch", arguments: [true, false])
    func T28_directoryLost(isDeleted: Bool) async throws {
        let bench = try QueueBench()
        let path = bench.path(of: "queue")
        #expect(mkdir(path, 0o755) == 0)
        let recorder = try WatchRecorder(try QueueDirectory.open(path))
        recorder.start()
        #expect(isDeleted ? rmdir(path) == 0 : Glibc.rename(path, path + "2") == 0)
        #expect(await recorder.allChanges().contains(.directoryLost))
    }

    @Test("A watch that is stopped ends, before and after it runs", arguments: [true, false])
    func stop(isStoppedFirst: Bool) async throws {
        let bench = try QueueBench()
        let recorder = try WatchRecorder(bench.queue)
        if isStoppedFirst { recorder.stop() }
        recorder.start()
        recorder.stop()
        #expect(await recorder.allChanges().isEmpty)
    }
}
