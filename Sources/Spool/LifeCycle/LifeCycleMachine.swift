// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// The life of a queue file: which change of state is which file operations.
///
/// Pure.
///
/// ```
///            claim                    all accepted
/// .queued ─────────► .sending ───────┬─────────────► deleted, or .sent with KeepQueue
///  ▲ ▲ │ hold                 try later │ gave up
///  │ │ ▼              ◄──────────────┤
///  │ .held                            └─────────────► .failed
///  └── .failed, .sent (requeue), .held (release)
/// ```
///
/// A person may give up what is `.queued` or `.held`: then it is `.failed` (fail).
package enum LifeCycleMachine {
    /// A message that is whole and synced under a hidden name → `.queued`.
    ///
    /// Accepted when this is on disk (G1).
    package static func drop(
        _ temporaryName: String,
        as stem: MessageStem
    ) throws(OperationPlan.Refusal) -> OperationPlan {
        try OperationPlan([
            .rename(from: temporaryName, to: SpoolFileName.message(stem, .queued).text), .syncDirectory,
        ])
    }

    /// `.queued` → `.sending`.
    ///
    /// On disk before a byte of the message goes out: a power cut must find it as `.sending`, or a second copy would be sent
    /// without being announced (G3).
    package static func claim(_ stem: MessageStem) throws(OperationPlan.Refusal) -> OperationPlan {
        try OperationPlan([move(stem, .queued, .sending), .syncDirectory])
    }

    /// From `.sending` to what the attempt has brought; `hasJournal` tells whether the message has a journal already.
    package static func resolve(
        _ stem: MessageStem,
        as resolution: Resolution,
        hasJournal: Bool,
        at time: Timestamp
    ) throws(OperationPlan.Refusal) -> OperationPlan {
        switch resolution {
        case .delivered(let lines, keep: true):
            return try OperationPlan(
                journal(stem, lines, at: time) + [move(stem, .sending, .sent), .syncDirectory]
            )
        case .delivered(_, keep: false):
            return try OperationPlan(removal(of: stem, in: .sending, hasJournal: hasJournal))
        case .failed(let lines):
            return try OperationPlan(
                journal(stem, lines, at: time) + [move(stem, .sending, .failed), .syncDirectory]
            )
        case .retry(let lines) where lines.contains(where: \.isFinalAnswer):
            return try OperationPlan(journal(stem, lines, at: time) + [move(stem, .sending, .queued)])
        case .retry(let lines):
            let append = FileOperation.append(SpoolFileName.journal(stem).text, text(lines, at: time))
            return try OperationPlan([append, move(stem, .sending, .queued)], payload: .mayBeLost)
        case .untouched:
            return try OperationPlan([move(stem, .sending, .queued)])
        }
    }

    /// From `.queued` to `.failed` without an attempt: the file is no message.
    package static func reject(
        _ stem: MessageStem,
        because reason: String,
        at time: Timestamp
    ) throws(OperationPlan.Refusal) -> OperationPlan {
        try OperationPlan(
            journal(stem, [.problem(reason)], at: time) + [move(stem, .queued, .failed), .syncDirectory]
        )
    }

    /// A change of state by a person: hold, release, requeue, fail.
    ///
    /// The journal names the person; nil is one whose line in it would not be believed. `lines` stand before that.
    package static func change(
        _ stem: MessageStem,
        from: SpoolState,
        to: SpoolState,
        by person: String?,
        after lines: [JournalRecord] = [],
        at time: Timestamp
    ) throws(OperationPlan.Refusal) -> OperationPlan {
        guard let person else { return try OperationPlan([move(stem, from, to), .syncDirectory]) }
        let lines = lines + [.state(from: from, to: to, by: person)]
        return try OperationPlan(journal(stem, lines, at: time) + [move(stem, from, to), .syncDirectory])
    }

    /// Deleting by a person.
    package static func delete(
        _ stem: MessageStem,
        in state: SpoolState,
        hasJournal: Bool
    ) throws(OperationPlan.Refusal) -> OperationPlan {
        try OperationPlan(removal(of: stem, in: state, hasJournal: hasJournal))
    }

    /// The message first, and for certain: a journal that is left over is harmless, but a message that came back without
    /// its journal would be sent again to those who have it.
    private static func removal(
        of stem: MessageStem,
        in state: SpoolState,
        hasJournal: Bool
    ) -> [FileOperation] {
        let message = FileOperation.remove(SpoolFileName.message(stem, state).text)
        return [message, .syncDirectory] + (hasJournal ? [.remove(SpoolFileName.journal(stem).text)] : [])
    }

    private static func move(_ stem: MessageStem, _ from: SpoolState, _ to: SpoolState) -> FileOperation {
        .rename(from: SpoolFileName.message(stem, from).text, to: SpoolFileName.message(stem, to).text)
    }

    /// Lines of the journal, on disk together with its name.
    private static func journal(
        _ stem: MessageStem,
        _ lines: [JournalRecord],
        at time: Timestamp
    ) -> [FileOperation] {
        let name = SpoolFileName.journal(stem).text
        return lines.isEmpty ? [] : [.append(name, text(lines, at: time)), .syncFile(name), .syncDirectory]
    }

    private static func text(_ lines: [JournalRecord], at time: Timestamp) -> [UInt8] {
        lines.flatMap { JournalFormat.line($0, at: time) }
    }
}

extension JournalRecord {
    /// Whether losing this line could send a second copy or a second report, or try again what was given up.
    var isFinalAnswer: Bool {
        switch self {
        case .recipient(let line): line.outcome != .deferred
        case .report: true
        case .attempt, .retry, .state, .problem, .date: false
        }
    }
}
