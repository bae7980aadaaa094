// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import Testing

@testable import Spool

@Suite struct QueueSubmissionTests {
    private static let body = Array("From: a@b.example\n\nx\n".utf8)

    private func envelope() throws -> QueueFileEnvelope {
        QueueFileEnvelope(
            sender: try EnvelopeSender(path: .null),
            recipients: [try EnvelopeRecipient(parsing: "a@b.example")]
        )
    }

    private func submission(_ bench: QueueBench, _ stem: String = "a") throws -> QueueSubmission {
        try QueueSubmission(in: bench.queue, envelope: envelope(), stem: MessageStem(stem))
    }

    @Test("G1: a message is hidden until it is whole, and then is queued with the mode that the daemon needs")
    func commit() throws {
        let bench = try QueueBench()
        let submission = try submission(bench)
        try submission.write(Self.body)
        #expect(bench.names.count == 1 && bench.names.allSatisfy { RecoveryMachine.isTemporary($0) })
        try Self.body.withUnsafeBytes { try submission.write($0) }
        try submission.commit()
        #expect(bench.names == ["a.queued"])
        #expect(
            try bench.text(of: "a.queued")
                == "Queue-Version: 1\nQueue-From: <>\nQueue-To: <a@b.example>\n\nFrom: a@b.example\n\nx\nFrom: a@b.example\n\nx\n"
        )
        var status = stat()
        #expect(lstat(bench.path(of: "a.queued"), &status) == 0)
        #expect(status.st_mode == S_IFREG | 0o640 && status.st_nlink == 1)
    }

    @Test("A message that is given up leaves nothing, and cannot be published any more")
    func abandon() throws {
        let bench = try QueueBench()
        let submission = try submission(bench)
        submission.abandon()
        #expect(bench.names.isEmpty)
        submission.abandon()
        #expect(throws: SpoolError.self) { try submission.commit() }
        do {
            let forgotten = try self.submission(bench)
            try forgotten.write(Self.body)
        }
        #expect(bench.names.isEmpty)
    }

    @Test("Of two messages of one name the first stays as it is", arguments: SpoolState.allCases)
    func sameName(state: SpoolState) throws {
        let bench = try QueueBench()
        try bench.drop("first", as: "a.\(state.rawValue)")
        #expect(throws: SpoolError(.alreadyThere, "")) {
            let submission = try submission(bench)
            try submission.commit()
        }
        #expect(bench.names == ["a.\(state.rawValue)"])
        #expect(try bench.text(of: "a.\(state.rawValue)") == "first")
    }

    @Test("Of two that are written at once under one name the one that is finished first is published")
    func sameNameAtOnce() throws {
        let bench = try QueueBench()
        let first = try submission(bench)
        let second = try submission(bench)
        try second.write(Self.body)
        try second.commit()
        let published = try bench.text(of: "a.queued")
        #expect(throws: SpoolError(.alreadyThere, "")) { try first.commit() }
        #expect(bench.names == ["a.queued"])
        #expect(try bench.text(of: "a.queued") == published)
    }

    @Test("An envelope that cannot be written leaves nothing")
    func badEnvelope() throws {
        let bench = try QueueBench()
        #expect(throws: SpoolError(.malformed, "")) {
            try QueueSubmission(
                in: bench.queue,
                envelope: QueueFileEnvelope(relay: "a\nQueue-To: evil@example.net")
            )
        }
        #expect(bench.names.isEmpty)
    }

    @Test("A directory that is gone is an error, before and after the first byte")
    func directoryGone() throws {
        let bench = try QueueBench()
        let path = bench.path(of: "queue")
        #expect(mkdir(path, 0o755) == 0)
        let queue = try QueueDirectory.open(path)
        let submission = try QueueSubmission(in: queue, envelope: envelope())
        #expect(rename(path, bench.path(of: "moved")) == 0)
        try submission.commit()
        #expect(unlink(bench.path(of: "moved/\(submission.stem).queued")) == 0)
        #expect(rmdir(bench.path(of: "moved")) == 0)
        #expect(throws: SpoolError.self) { try QueueSubmission(in: queue, envelope: envelope()) }
    }

    @Test("A directory that may not be written to is an error, and nothing is left")
    func notWritable() throws {
        let bench = try QueueBench()
        chmod(bench.path, 0o555)
        let attempt: () -> SpoolError? = {
            do {
                try submission(bench).commit()
                return nil
            } catch {
                return error as? SpoolError
            }
        }
        // Root writes everywhere, and is somebody else for a moment.
        let error = geteuid() == 0 ? OtherUser.act(attempt) ?? nil : attempt()
        #expect(error?.code == .notPermitted)
        #expect(bench.names.isEmpty)
    }

    @Test("A member of the group drops a message into a directory that he may not read")
    func dropBox() throws {
        let bench = try QueueBench()
        chmod(bench.path, geteuid() == 0 ? 0o1733 : 0o300)
        let drop = {
            let queue = try QueueDirectory.open(bench.path)
            try QueueSubmission(in: queue, envelope: envelope(), stem: MessageStem("a")).commit()
        }
        if geteuid() == 0 { try OtherUser.act(drop) } else { try drop() }
        chmod(bench.path, 0o755)
        #expect(bench.names == ["a.queued"])
    }
}
