// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import Spool

extension QueueStatus {
    /// Reads the status of a queue.
    ///
    /// - Parameters:
    ///   - queue: the queue.
    ///   - findsOldest: whether the message that waits longest is looked for, which takes a look at each.
    /// - Returns: the status; without numbers for members of the group, who may not list the directory.
    /// - Throws: ``SpoolError``.
    static func read(from queue: QueueDirectory, findsOldest: Bool = true) throws(SpoolError) -> QueueStatus {
        let holder = queue.lockHolder()
        let census = try censusIfPermitted(queue, oldestOf: findsOldest ? [.queued] : [])
        return QueueStatus(
            path: queue.path,
            isLocked: holder != nil || queue.isLocked(),
            holder: holder,
            written: queue.readStatus(),
            counts: census?.counts,
            oldest: census?.oldest[.queued],
            isPaused: queue.isPaused
        )
    }

    private static func censusIfPermitted(
        _ queue: QueueDirectory,
        oldestOf states: Set<SpoolState>
    ) throws(SpoolError) -> QueueCensus? {
        do throws(SpoolError) {
            return try queue.census(oldestOf: states)
        } catch {
            guard error.code == .notPermitted else { throw error }
            return nil
        }
    }
}
