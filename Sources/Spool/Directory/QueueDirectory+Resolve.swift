// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

extension QueueDirectory {
    /// Brings a claimed message to its next state.
    ///
    /// What must survive a crash is on disk before the state changes: see ``LifeCycleMachine``.
    ///
    /// - Throws: ``SpoolError``: `notFound` when the file was taken away, `alreadyThere` when the name of the next state is
    ///   taken, or a fault of the host. The message is then still `.sending`, and the call may be repeated.
    package func resolve(
        _ message: ClaimedMessage,
        as resolution: Resolution,
        now: Timestamp = .now()
    ) throws(SpoolError) {
        let plan = try plan { () throws(OperationPlan.Refusal) in
            try LifeCycleMachine.resolve(
                message.stem,
                as: resolution.adding(dateOf: message),
                hasJournal: message.hasJournal,
                at: now
            )
        }
        try runner.run(plan)
    }
}

extension Resolution {
    /// The date that was given to the message is remembered with the first lines that are written.
    fileprivate func adding(dateOf message: ClaimedMessage) -> Resolution {
        guard let date = message.givenDate, message.history.givenDate == nil else { return self }
        return switch self {
        case .retry(let lines): .retry(lines: [.date(date)] + lines)
        case .failed(let lines): .failed(lines: [.date(date)] + lines)
        case .delivered, .untouched: self
        }
    }
}
