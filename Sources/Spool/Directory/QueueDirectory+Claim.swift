// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
package import MailMessage
internal import Synchronization

extension QueueDirectory {
    /// A file that was written to less than this long ago, on either side of now, counts as being written when the system
    /// does not tell whether somebody has it open.
    private static let settlingMilliseconds: Int64 = 3000

    /// A queued message that may be claimed: opened, read and checked.
    private struct Candidate {
        let stem: MessageStem
        let file: OpenFile
        let status: FileStatus
        let parsed: ParsedQueueFile
        let queued: QueuedMessage
        let hasJournal: Bool
        let queuedAt: Timestamp
        let date: Timestamp
        let plan: OperationPlan
    }

    /// Claims a queued message for delivery: checks the file, reads it, makes it `.sending`, for certain.
    ///
    /// The caller holds the lock. Of two claims for one message one wins, the other finds it vanished. What is
    /// hostile or still being written stays as it is; what is no message, or is longer than `maxMessageBytes`,
    /// becomes `.failed`.
    package func claim(
        _ stem: MessageStem,
        now: Timestamp,
        maxMessageBytes: Int64
    ) throws(ClaimError) -> ClaimedMessage {
        for result in claim([stem], now: now, maxMessageBytes: maxMessageBytes) { return try result.get() }
        throw .vanished
    }

    /// Claims messages, with one sync of the directory for all of them.
    ///
    /// A message that has been read is claimed only if `isWanted`, which gets its position, says so.
    ///
    /// - Returns: the results, in the order of the stems.
    package func claim(
        _ stems: [MessageStem],
        now: Timestamp,
        maxMessageBytes: Int64,
        where isWanted: (Int, QueuedMessage) -> Bool = { _, _ in true }
    ) -> [Result<ClaimedMessage, ClaimError>] {
        takeBackStranded()
        let candidates = stems.enumerated().map { index, stem in
            Result { () throws(ClaimError) in
                try candidate(stem, now: now, maxMessageBytes: maxMessageBytes) { isWanted(index, $0) }
            }
        }
        var outcomes = runner.run(candidates.compactMap { try? $0.get().plan }).makeIterator()
        return candidates.map { candidate in
            Result { () throws(ClaimError) in
                let candidate = try candidate.get()
                guard let outcome = outcomes.next() else { throw .vanished }
                do throws(SpoolError) {
                    if let error = outcome.error { throw error }
                    return try claimed(candidate)
                } catch {
                    if outcome.performedCount > 0 { takeBack(candidate.stem) }
                    throw ClaimError(error)
                }
            }
        }
    }

    private func candidate(
        _ stem: MessageStem,
        now: Timestamp,
        maxMessageBytes: Int64,
        where isWanted: (QueuedMessage) -> Bool
    ) throws(ClaimError) -> Candidate {
        let result: Result<Candidate, ClaimError>
        do throws(SpoolError) {
            result = try examine(stem, now: now, maxMessageBytes: maxMessageBytes, where: isWanted)
        } catch {
            throw ClaimError(error)
        }
        return try result.get()
    }

    private func examine(
        _ stem: MessageStem,
        now: Timestamp,
        maxMessageBytes: Int64,
        where isWanted: (QueuedMessage) -> Bool
    ) throws(SpoolError) -> Result<Candidate, ClaimError> {
        let file = try handle.openForReading(SpoolFileName.message(stem, .queued).text)
        let status = try file.status()
        guard status.isRegular else {
            throw SpoolError(.hostile, "\(file.path) is \(status.kind), not a regular file")
        }
        guard status.linkCount == 1 else {
            throw SpoolError(.hostile, "\(file.path) has \(status.linkCount) links, not one")
        }
        if isStillWritten(file, status, now: now) { return .failure(.stillWritten) }
        let (history, hasJournal) = try history(of: stem)
        if hasJournal { try checkNameIsUnique(stem) }
        let dueTime = history.nextAttempt(fileTime: status.modified, now: now).flatMap { $0 > now ? $0 : nil }
        // The time of a file may lie in the future.
        let queuedAt = min(history.queuedAt(fileTime: status.modified), now)
        let date = history.givenDate ?? queuedAt
        let parsed: ParsedQueueFile
        do throws(SpoolError) {
            guard status.byteCount <= maxMessageBytes else {
                throw SpoolError(
                    .malformed,
                    "the file has \(status.byteCount) bytes, more than MaxMessageSize (\(maxMessageBytes))"
                )
            }
            parsed = try ParsedQueueFile(file, status: status, stem: stem, queuedAt: date)
        } catch {
            guard error.code == .malformed else { throw error }
            try fail(stem, because: error, now: now)
            return .failure(.malformed(error))
        }
        if let after = parsed.options.after, after > now { return .failure(.postdated(until: after)) }
        let open = parsed.envelope.recipients.filter { !history.isFinal($0.address) }
        var due = open
        if let dueTime {
            // Whoever has had no answer does not wait for the time that is given to those who have.
            due.removeAll { history.isAnswered($0.address) }
            guard !due.isEmpty, due.count < open.count else { return .failure(.notDueBefore(dueTime)) }
        }
        let queued = QueuedMessage(
            envelope: parsed.envelope,
            options: parsed.options,
            history: history,
            openRecipients: open,
            dueRecipients: due
        )
        guard isWanted(queued) else { return .failure(.notWanted) }
        return .success(
            Candidate(
                stem: stem,
                file: file,
                status: status,
                parsed: parsed,
                queued: queued,
                hasJournal: hasJournal,
                queuedAt: queuedAt,
                date: date,
                plan: try plan { () throws(OperationPlan.Refusal) in try LifeCycleMachine.claim(stem) }
            )
        )
    }

    private func claimed(_ candidate: Candidate) throws(SpoolError) -> ClaimedMessage {
        let status = try verify(candidate.stem, is: candidate.status)
        return ClaimedMessage(
            stem: candidate.stem,
            queued: candidate.queued,
            receivedCount: candidate.parsed.receivedCount,
            content: candidate.parsed.content(of: candidate.file, status: status),
            hasJournal: candidate.hasJournal,
            queuedAt: candidate.queuedAt,
            givenDate: candidate.parsed.hasGivenDate ? candidate.date : nil
        )
    }

    /// Makes a claimed message `.queued` again.
    ///
    /// Where the host does not let it, the next claim tries again: nobody else would before the next start.
    private func takeBack(_ stem: MessageStem) {
        do throws(SpoolError) {
            try handle.rename(
                SpoolFileName.message(stem, .sending).text,
                to: SpoolFileName.message(stem, .queued).text
            )
        } catch {
            guard error.code != .notFound, error.code != .alreadyThere else { return }
            _ = stranded.withLock { $0.insert(stem) }
        }
    }

    /// Makes those `.queued` again whose claim failed and could not be taken back then.
    package func takeBackStranded() {
        let stems = stranded.withLock { stranded in
            defer { stranded = [] }
            return stranded
        }
        for stem in stems { takeBack(stem) }
    }

    /// Whether the file is still open for writing, as exactly as the system tells.
    private func isStillWritten(_ file: OpenFile, _ status: FileStatus, now: Timestamp) -> Bool {
        if let hasWriter = file.hasWriter() { return hasWriter }
        return abs(now.millisecondsSinceEpoch - status.modified.millisecondsSinceEpoch)
            < Self.settlingMilliseconds
    }

    /// Between opening and renaming somebody may have put another file under the name: then what was read is not what was
    /// claimed, and the claim is taken back.
    ///
    /// - Returns: the state of the claimed file, which it keeps as long as nobody touches it.
    private func verify(_ stem: MessageStem, is status: FileStatus) throws(SpoolError) -> FileStatus {
        let name = SpoolFileName.message(stem, .sending).text
        let claimed = try handle.status(of: name)
        guard claimed.hasSameContent(as: status) else {
            throw SpoolError(.changed, "\(path)/\(name) was changed while it was being claimed")
        }
        return claimed
    }

    /// One name is one message and one journal.
    ///
    /// Where another message of the name was sent or given up before, its answers must not be taken for those
    /// of this one.
    private func checkNameIsUnique(_ stem: MessageStem) throws(SpoolError) {
        guard let other = try state(of: stem, besides: .queued) else { return }
        let name = SpoolFileName.message(stem, other).text
        throw SpoolError(
            .alreadyThere,
            "\(path)/\(SpoolFileName.message(stem, .queued).text): \(name) is another message of that name"
        )
    }

    /// Makes what is no message `.failed`, with the reason in its journal.
    private func fail(_ stem: MessageStem, because error: SpoolError, now: Timestamp) throws(SpoolError) {
        try checkNameIsUnique(stem)
        let plan = try plan { () throws(OperationPlan.Refusal) in
            try LifeCycleMachine.reject(stem, because: error.summary, at: now)
        }
        try runner.run(plan)
    }
}
