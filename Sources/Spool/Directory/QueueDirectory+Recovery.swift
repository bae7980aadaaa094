// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// What recovery did.
package struct RecoveryReport: Hashable, Sendable {
    /// Messages that were on their way: queued again, each a possible duplicate (G3).
    package var requeued: [MessageStem] = []
    /// Messages that had all their answers and were brought to their end.
    package var finished: [MessageStem] = []
    /// What could not be put right, one line each.
    package var problems: [String] = []

    /// Nothing done.
    package init() {}
}

extension QueueDirectory {
    /// Puts right what the last process left, before anything is delivered.
    ///
    /// The caller holds the lock.
    ///
    /// Running it twice is the same as running it once; a problem with one message does not stop the others, a fault of the
    /// host does: what it left as `.sending` nobody would take up before the next start. Messages that this process itself is
    /// delivering, `inWork`, are left alone.
    ///
    /// - SeeAlso: ``RecoveryMachine``
    package func recover(
        keepQueue: Bool,
        now: Timestamp,
        besides inWork: Set<MessageStem> = []
    ) throws(SpoolError) -> RecoveryReport {
        var report = RecoveryReport()
        let names = try listing().names
        for name in names {
            guard case .message(let stem, .sending) = name, !inWork.contains(stem) else { continue }
            do throws(SpoolError) {
                try recover(stem, keepQueue: keepQueue, now: now, report: &report)
            } catch {
                if error.code == .host || error.code == .noSpace { throw error }
                report.problems.append("\(stem): \(error.summary)")
            }
        }
        for stem in RecoveryMachine.orphanedJournals(among: names) where try state(of: stem) == nil {
            try? handle.remove(SpoolFileName.journal(stem).text)
        }
        try removeStaleTemporaries(now: now)
        try handle.sync()
        return report
    }

    /// Removes what interrupted writers of this software have left, a day after they last wrote.
    private func removeStaleTemporaries(now: Timestamp) throws(SpoolError) {
        var temporaries: [String] = []
        try handle.forEachName { bytes in
            let name = String(decoding: bytes, as: UTF8.self)
            if RecoveryMachine.isTemporary(name) { temporaries.append(name) }
        }
        for name in temporaries {
            if let status = try? handle.status(of: name), status.isRegular,
                status.modified.adding(.seconds(86400)) < now
            {
                try? handle.remove(name)
            }
        }
    }

    private func recover(
        _ stem: MessageStem,
        keepQueue: Bool,
        now: Timestamp,
        report: inout RecoveryReport
    ) throws(SpoolError) {
        let (history, hasJournal) = try history(of: stem)
        let progress = progress(of: stem, history, now: now)
        let plan = try plan { () throws(OperationPlan.Refusal) in
            let resolution = RecoveryMachine.resolution(for: progress, keepQueue: keepQueue)
            return try LifeCycleMachine.resolve(stem, as: resolution, hasJournal: hasJournal, at: now)
        }
        try runner.run(plan)
        if progress == .open { report.requeued.append(stem) } else { report.finished.append(stem) }
    }

    private func progress(
        of stem: MessageStem,
        _ history: MessageHistory,
        now: Timestamp
    ) -> RecoveryMachine.Progress {
        guard !history.recipients.isEmpty,
            let file = try? handle.openForReading(SpoolFileName.message(stem, .sending).text),
            let status = try? file.status(), status.isRegular,
            let parsed = try? ParsedQueueFile(
                file,
                status: status,
                stem: stem,
                queuedAt: now,
                rules: localAddressRules
            ),
            parsed.envelope.recipients.allSatisfy({ history.isFinal($0.address) })
        else { return .open }
        return .answered(anyFailed: history.hasFailedRecipient)
    }
}
