// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
package import MailMessage
internal import Synchronization

extension QueueDirectory {
    /// A file that was written to less than this long ago, on either side of now, counts as being written when the system
    /// does not tell whether somebody has it open.
    private static let settlingMilliseconds: Int64 = 3000

    /// A queued message that may be claimed.
    private struct Candidate {
        let message: OpenedMessage
        let queued: QueuedMessage
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
        // Once for all: to ask for them is to look at the file of aliases.
        let rules = localAddressRules
        let candidates = stems.enumerated().map { index, stem in
            Result { () throws(ClaimError) in
                try candidate(stem, now: now, rules: rules, maxMessageBytes: maxMessageBytes) {
                    isWanted(index, $0)
                }
            }
        }
        return candidates.thenTogether { candidates in
            zip(candidates, runner.run(candidates.map(\.plan))).map { candidate, outcome in
                Result { () throws(ClaimError) in
                    do throws(SpoolError) {
                        if let error = outcome.error { throw error }
                        return try claimed(candidate)
                    } catch {
                        if outcome.performedCount > 0 { takeBack(candidate.message.stem) }
                        throw refusal(error)
                    }
                }
            }
        }
    }

    /// What an error means for a claim.
    ///
    /// Where the directory itself lets nobody in, no file is at fault.
    private func refusal(_ error: SpoolError) -> ClaimError {
        error.code == .notPermitted && !handle.letsNamesChange ? .host(error) : ClaimError(error)
    }

    private func candidate(
        _ stem: MessageStem,
        now: Timestamp,
        rules: LocalAddressRules,
        maxMessageBytes: Int64,
        where isWanted: (QueuedMessage) -> Bool
    ) throws(ClaimError) -> Candidate {
        let result: Result<Candidate, ClaimError>
        do throws(SpoolError) {
            result = try examine(
                stem,
                now: now,
                rules: rules,
                maxMessageBytes: maxMessageBytes,
                where: isWanted
            )
        } catch {
            throw refusal(error)
        }
        return try result.get()
    }

    private func examine(
        _ stem: MessageStem,
        now: Timestamp,
        rules: LocalAddressRules,
        maxMessageBytes: Int64,
        where isWanted: (QueuedMessage) -> Bool
    ) throws(SpoolError) -> Result<Candidate, ClaimError> {
        let (file, status) = try open(stem, .queued)
        if isStillWritten(file, status, now: now) { return .failure(.stillWritten) }
        let journal = try history(of: stem)
        if journal.hasJournal { try checkNameIsUnique(stem) }
        let message: OpenedMessage
        do throws(SpoolError) {
            guard status.byteCount <= maxMessageBytes else {
                throw SpoolError(
                    .malformed,
                    "the file has \(status.byteCount) bytes, more than MaxMessageSize (\(maxMessageBytes))"
                )
            }
            message = try OpenedMessage(stem, file, status, journal, now: now, rules: rules)
        } catch {
            guard error.code == .malformed else { throw error }
            try fail(stem, because: error, now: now)
            return .failure(.malformed(error))
        }
        if let after = message.parsed.options.after, after > now { return .failure(.postdated(until: after)) }
        var due = message.openRecipients
        if let time = journal.history.nextAttempt(fileTime: status.modified, now: now), time > now {
            // Whoever has had no answer does not wait for the time that is given to those who have.
            due.removeAll { journal.history.isAnswered($0.address) }
            guard !due.isEmpty, due.count < message.openRecipients.count else {
                return .failure(.notDueBefore(time))
            }
        }
        let queued = message.queued(due: due)
        guard isWanted(queued) else { return .failure(.notWanted) }
        let plan = try plan { () throws(OperationPlan.Refusal) in try LifeCycleMachine.claim(stem) }
        return .success(Candidate(message: message, queued: queued, plan: plan))
    }

    private func claimed(_ candidate: Candidate) throws(SpoolError) -> ClaimedMessage {
        let status = try verify(candidate.message.stem, is: candidate.message.status)
        return candidate.message.claimed(candidate.queued, status: status)
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
