// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Synchronization

/// Messages that are written whole, each under a hidden name, and are published together: one sync of the directory for all.
///
/// Thread-safe.
final class SubmissionGroup: Sendable {
    /// Most threads that sync files side by side: beyond it the file system finds nothing more to do at once.
    private static let threadLimit = 16

    private let queue: QueueDirectory
    private let names: [(temporary: String, stem: MessageStem)]
    /// The files until they are synced: a message is published closed, for a daemon that meets it open for writing leaves it
    /// alone for seconds.
    private let files: Mutex<[OpenFile?]>
    private let next = Atomic(0)
    private let problems: Mutex<[SpoolError?]>

    /// A group of messages without keys; those that were given up are left out.
    init(_ submissions: [QueueSubmission], in queue: QueueDirectory) {
        self.queue = queue
        let sealed = submissions.compactMap { $0.seal() }
        names = sealed.map(\.names)
        files = Mutex(sealed.map(\.file))
        problems = Mutex(Array(repeating: nil, count: sealed.count))
    }

    /// The names that they will have.
    var stems: [MessageStem] { names.map(\.stem) }

    /// Publishes them, once.
    ///
    /// Those for which nil is returned survive a power cut. Of the others nothing is published and nothing is left, as far as
    /// the daemon has not begun with them.
    ///
    /// - Returns: what is wrong with each, in the order of the members.
    func publish() -> [SpoolError?] {
        syncFiles()
        var problems = problems.withLock { $0 }
        var plans: [(index: Int, plan: OperationPlan)] = []
        for index in names.indices where problems[index] == nil {
            do throws(SpoolError) {
                let plan = try queue.plan { () throws(OperationPlan.Refusal) in
                    try LifeCycleMachine.drop(names[index].temporary, as: names[index].stem)
                }
                plans.append((index, plan))
            } catch {
                problems[index] = error
            }
        }
        var store = PosixFileStore(directory: queue.handle)
        store.witness = plans.first.flatMap { try? queue.handle.openForReading(names[$0.index].temporary) }
        for (item, outcome) in zip(plans, PlanRunner(store).run(plans.map(\.plan))) {
            guard let error = outcome.error else { continue }
            problems[item.index] = error
            // Not durable is not accepted: taken back.
            if outcome.performedCount > 0 {
                try? queue.handle.remove(SpoolFileName.message(names[item.index].stem, .queued).text)
            }
        }
        // A sync that failed once may succeed the second time without the data: there is no second time.
        for index in names.indices where problems[index] != nil {
            try? queue.handle.remove(names[index].temporary)
        }
        return problems
    }

    /// Syncs all files, each by the next thread that is free, and closes them.
    private func syncFiles() {
        let count = min(names.count, Self.threadLimit)
        let threads = (1..<max(count, 1)).map { _ in WorkThread { self.syncNextFiles() } }
        syncNextFiles()
        for thread in threads { thread?.join() }
    }

    private func syncNextFiles() {
        while case let index = next.add(1, ordering: .relaxed).oldValue, index < names.count {
            guard let file = files.withLock({ $0[index].take() }) else { continue }
            do throws(SpoolError) {
                try file.sync()
            } catch {
                problems.withLock { $0[index] = error }
            }
        }
    }
}
