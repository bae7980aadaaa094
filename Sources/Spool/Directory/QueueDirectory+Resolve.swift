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
        for error in resolve([(message, resolution, decided: now)]) {
            if let error { throw error }
        }
    }

    /// Brings claimed messages to their next states, side by side: they share the syncs of the directory.
    ///
    /// - Returns: what stood in the way of each, in the order of the messages.
    package func resolve(
        _ messages: [(ClaimedMessage, Resolution, decided: Timestamp)]
    ) -> [SpoolError?] {
        let plans = messages.map { message, resolution, decided in
            Result { () throws(SpoolError) in
                try plan { () throws(OperationPlan.Refusal) in
                    try LifeCycleMachine.resolve(
                        message.stem,
                        as: resolution.adding(dateOf: message),
                        hasJournal: message.hasJournal,
                        at: decided
                    )
                }
            }
        }
        var outcomes = runner.run(plans.compactMap { try? $0.get() }).makeIterator()
        return zip(messages, plans).map { message, plan in
            if case .failure(let error) = plan { return error }
            guard let error = outcomes.next()?.error else { return nil }
            return finishRepeated(message.0.stem, message.1, after: error)
        }
    }

    /// A repeated call finds the message renamed when only the last sync of the first one had failed: that sync is left to do.
    private func finishRepeated(
        _ stem: MessageStem,
        _ resolution: Resolution,
        after error: SpoolError
    ) -> SpoolError? {
        guard error.code == .notFound, let state = resolution.lastState,
            (try? handle.status(of: SpoolFileName.message(stem, state).text)) != nil
        else { return error }
        do throws(SpoolError) {
            try handle.sync()
            return nil
        } catch {
            return error
        }
    }
}

extension Resolution {
    /// The state in which the message stays; nil when it goes on, or is gone.
    fileprivate var lastState: SpoolState? {
        switch self {
        case .delivered(_, keep: true): .sent
        case .failed: .failed
        case .delivered, .retry, .untouched: nil
        }
    }

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
