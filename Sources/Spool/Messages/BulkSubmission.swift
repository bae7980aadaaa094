// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Synchronization

/// Enqueues many messages: each whole and durable or not at all, as ``QueueSubmission`` does, but in groups that share their
/// syncs.
///
/// While two groups are being made durable the next one is written. Not thread-safe. Messages that are in no group yet when it
/// is released are given up.
package final class BulkSubmission {
    /// What became of one message.
    package struct Outcome: Sendable {
        /// Its name.
        package let stem: MessageStem
        /// Whether it is in the queue, or why it is not.
        package let result: Result<QueueSubmission.Acceptance, SpoolError>
    }

    /// Messages that share their syncs: three groups are as many files as a process may well have open.
    package static let groupLimit = 128
    /// Groups that are made durable at once: while one is renamed the files of the other are synced.
    private static let runningLimit = 2

    private let queue: QueueDirectory
    private var waiting: [QueueSubmission] = []
    private var running: [RunningGroup] = []

    /// Begins in a directory, in which nothing happens before the first message.
    package init(in queue: QueueDirectory) {
        self.queue = queue
    }

    deinit { _ = finish() }

    /// Enqueues a message that is written: it belongs to this object now.
    ///
    /// One under a key needs syncs of its own, before and after those of the others.
    ///
    /// - Returns: the outcomes that are known by now and were not told yet, in the order of the messages.
    package func add(_ submission: QueueSubmission) -> [Outcome] {
        if submission.isKeyed {
            return flush() + [
                Outcome(
                    stem: submission.stem,
                    result: Result { () throws(SpoolError) in try submission.commit() }
                )
            ]
        }
        waiting.append(submission)
        guard waiting.count == Self.groupLimit else { return [] }
        let outcomes = running.count == Self.runningLimit ? running.removeFirst().outcomes() : []
        begin()
        return outcomes
    }

    /// Waits until all messages are durable, or refused.
    ///
    /// - Returns: the outcomes that were not told yet, in the order of the messages.
    package func flush() -> [Outcome] {
        begin()
        return finish()
    }

    private func begin() {
        guard !waiting.isEmpty else { return }
        running.append(RunningGroup(SubmissionGroup(waiting, in: queue)))
        waiting = []
    }

    private func finish() -> [Outcome] {
        defer { running = [] }
        return running.flatMap { $0.outcomes() }
    }

    /// A group that is being published on a thread of its own.
    private final class RunningGroup {
        private let work: Work
        private let thread: WorkThread?

        init(_ group: SubmissionGroup) {
            let work = Work(group)
            self.work = work
            thread = WorkThread { work.run() }
        }

        /// Waits for it.
        func outcomes() -> [Outcome] {
            thread?.join()
            return zip(work.group.stems, work.run()).map { stem, problem in
                Outcome(stem: stem, result: problem.map { .failure($0) } ?? .success(.accepted))
            }
        }
    }

    /// Publishes a group once, whoever comes first: the thread, or without one who waits for it.
    private final class Work: Sendable {
        let group: SubmissionGroup
        private let problems = Mutex<[SpoolError?]?>(nil)

        init(_ group: SubmissionGroup) { self.group = group }

        @discardableResult
        func run() -> [SpoolError?] {
            problems.withLock { known in
                if let known { return known }
                let published = group.publish()
                known = published
                return published
            }
        }
    }
}
