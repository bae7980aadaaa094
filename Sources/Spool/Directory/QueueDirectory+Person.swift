// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage

/// Changes of state by a person. They work with or without a running daemon.
///
/// Each is one rename, giving up what is queued two, so that a claim of the daemon and a change by a person never both succeed. Root and the owner of
/// the directory may do all of them, and the journal names them. Whoever else owns a message may hold, release and delete
/// it; a line of his in its journal would not be believed, so none is written.
extension QueueDirectory {
    /// `.queued` → `.held`.
    package func hold(_ stem: MessageStem) throws(SpoolError) {
        try change(stem, from: [.queued], to: .held, verb: "hold")
    }

    /// `.held` → `.queued`.
    package func release(_ stem: MessageStem) throws(SpoolError) {
        try change(stem, from: [.held], to: .queued, verb: "release")
    }

    /// `.failed`, `.sent` or `.held` → `.queued`, due at once.
    package func requeue(_ stem: MessageStem) throws(SpoolError) {
        // Without its line in the journal the message would count as answered, and not be sent again.
        guard try JournalTrust.isSelfTrusted(in: handle) else {
            throw SpoolError(.notPermitted, "cannot requeue \(stem): permission denied")
        }
        try change(stem, from: [.failed, .sent, .held], to: .queued, verb: "requeue")
    }

    /// `.queued` or `.held` → `.failed`: given up now.
    ///
    /// What is queued is held first, so that nobody sends it while its sender is told, and is queued again when something goes
    /// wrong; cut short it is held.
    ///
    /// - Parameters:
    ///   - stem: the message.
    ///   - tell: makes durable what must be so before the message is failed, and gives the lines for its journal. Not called
    ///     for what is no message, or cannot be read as one.
    /// - Throws: ``SpoolError``; what `tell` throws.
    package func giveUp(
        _ stem: MessageStem,
        after tell: (ClaimedMessage) throws(SpoolError) -> [JournalRecord]
    ) throws(SpoolError) {
        // A failure of which the journal says nothing would be one that nobody can explain.
        guard try JournalTrust.isSelfTrusted(in: handle) else {
            throw SpoolError(.notPermitted, "cannot fail \(stem): permission denied")
        }
        let isQueued = try present(stem, in: [.queued, .held], verb: "fail") == .queued
        if isQueued { try change(stem, from: [.queued], to: .held, verb: "fail") }
        do throws(SpoolError) {
            let lines = if let message = try held(stem) { try tell(message) } else { [JournalRecord]() }
            try change(stem, from: [.held], to: .failed, verb: "fail", after: lines)
        } catch {
            // The disk may be full: no line in the journal.
            if isQueued { try? move(stem, from: .held, to: .queued, by: nil) }
            throw error
        }
    }

    /// A held message; nil when it is none, or cannot be read.
    private func held(_ stem: MessageStem) throws(SpoolError) -> ClaimedMessage? {
        do throws(SpoolError) {
            let (file, status) = try open(stem, .held)
            let message = try OpenedMessage(
                stem,
                file,
                status,
                history(of: stem),
                now: .now(),
                rules: localAddressRules
            )
            return message.claimed(message.queued(due: message.openRecipients), status: status)
        } catch {
            switch error.code {
            case .malformed, .hostile, .notPermitted: return nil
            default: throw error
            }
        }
    }

    /// Removes a message and its journal, in any state but `.sending`.
    package func delete(_ stem: MessageStem) throws(SpoolError) {
        let state = try present(stem, in: [.queued, .sent, .failed, .held], verb: "delete")
        let hasJournal = try history(of: stem).hasJournal
        try runner(through: stem, in: state).run(
            try plan { () throws(OperationPlan.Refusal) in
                try LifeCycleMachine.delete(stem, in: state, hasJournal: hasJournal)
            }
        )
    }

    private func change(
        _ stem: MessageStem,
        from: Set<SpoolState>,
        to: SpoolState,
        verb: String,
        after lines: [JournalRecord] = []
    ) throws(SpoolError) {
        let state = try present(stem, in: from, verb: verb)
        let person = try JournalTrust.isSelfTrusted(in: handle) ? Self.person : nil
        try move(stem, from: state, to: to, by: person, after: lines)
    }

    private func move(
        _ stem: MessageStem,
        from: SpoolState,
        to: SpoolState,
        by person: String?,
        after lines: [JournalRecord] = []
    ) throws(SpoolError) {
        try runner(through: stem, in: from).run(
            try plan { () throws(OperationPlan.Refusal) in
                try LifeCycleMachine.change(stem, from: from, to: to, by: person, after: lines, at: .now())
            }
        )
    }

    /// A runner that can sync the directory for a person who may not read it, through the message that he may.
    private func runner(through stem: MessageStem, in state: SpoolState) -> PlanRunner<PosixFileStore> {
        let file = try? handle.openForReading(SpoolFileName.message(stem, state).text)
        return PlanRunner(PosixFileStore(directory: handle, witness: file))
    }

    private func present(
        _ stem: MessageStem,
        in allowed: Set<SpoolState>,
        verb: String
    ) throws(SpoolError) -> SpoolState {
        guard let state = try state(of: stem) else {
            throw SpoolError(.notFound, "no message \(stem) in \(path)")
        }
        guard state != .sending else {
            throw SpoolError(
                .busy,
                "cannot \(verb) \(stem): it is being delivered now, try again in a moment"
            )
        }
        guard allowed.contains(state) else {
            throw SpoolError(.notFound, "cannot \(verb) \(stem): it is \(state.rawValue)")
        }
        return state
    }

    /// Who runs this process, as the journal names him.
    private static var person: String {
        let user = getuid()
        guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return "uid \(user)" }
        return PrintableText(String(cString: name), limitBytes: 64).string
    }
}
