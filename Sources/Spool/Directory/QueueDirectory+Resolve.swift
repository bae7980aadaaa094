// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import Synchronization

extension QueueDirectory {
    /// Brings a claimed message to its next state.
    ///
    /// What must survive a crash is on disk before the state changes: see ``LifeCycleMachine``.
    ///
    /// - Throws: ``SpoolError``: `notFound` when the file was taken away, `alreadyThere` when the name of the next state is
    ///   taken, or a fault of the host. The same call may then be repeated, and goes on where it has ended: what is in the
    ///   journal is not written again, and a state that a person has changed since stays as it is.
    package func resolve(
        _ message: ClaimedMessage,
        as resolution: Resolution,
        now: Timestamp = .now()
    ) throws(SpoolError) {
        for result in resolve([(message, resolution, decided: now)]) { try result.get() }
    }

    /// Brings claimed messages to their next states, side by side: they share the syncs of the directory.
    ///
    /// - Returns: what has come of each, in the order of the messages.
    package func resolve(
        _ messages: [(ClaimedMessage, Resolution, decided: Timestamp)]
    ) -> [Result<Void, SpoolError>] {
        resolve(messages, by: runner)
    }

    /// The same with the operations on another store.
    func resolve(
        _ messages: [(ClaimedMessage, Resolution, decided: Timestamp)],
        by runner: PlanRunner<some FileStore>
    ) -> [Result<Void, SpoolError>] {
        messages.map { message, resolution, decided in
            Result { () throws(SpoolError) in
                let plan = try plan { () throws(OperationPlan.Refusal) in
                    try LifeCycleMachine.resolve(
                        message.stem,
                        as: resolution.adding(dateOf: message),
                        hasJournal: message.hasJournal,
                        at: decided
                    )
                }
                return (message, plan.rest(after: message.performedCount.load(ordering: .relaxed)))
            }
        }.thenTogether { begun in
            zip(begun, runner.run(begun.map(\.1))).map { begun, outcome in
                begun.0.performedCount.add(outcome.performedCount, ordering: .relaxed)
                return outcome.error.map(Result.failure) ?? .success(())
            }
        }
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
