// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Synchronization

// How a method runs: one at a time, on a copy of the properties, stopped by interrupt or by the time.
extension SMTP {
    /// Runs a method, and returns when its events have been delivered.
    ///
    /// - Parameters:
    ///   - check: what must be so before it begins.
    ///   - body: the method, with the properties as they are now.
    /// - Returns: what the method brings.
    /// - Throws: what the method throws, what a property could not be set to, 166 while another method runs, 301 when it is
    ///   interrupted, 201 when its time is over.
    func run<Value: Sendable>(
        check: (MemberStore) throws(SMTPError) -> Void = { _ in },
        _ body: @escaping @Sendable (MemberStore) async throws(SMTPError) -> Value
    ) async throws(SMTPError) -> Value {
        do throws(SMTPError) {
            let (method, task, timeout) = try begin(check: check, body)
            let limit = timeout.map { timeout in
                Task { if (try? await Task.sleep(for: timeout)) != nil { method.stop(.timedOut) } }
            }
            let result = await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                method.stop(.interrupted)
            }
            limit?.cancel()
            return try await end(method, result)
        } catch {
            state.withLock { $0.lastError = error }
            throw error
        }
    }

    private func begin<Value: Sendable>(
        check: (MemberStore) throws(SMTPError) -> Void,
        _ body: @escaping @Sendable (MemberStore) async throws(SMTPError) -> Value
    ) throws(SMTPError) -> (RunningMethod, Task<Result<Value, SMTPError>, Never>, Duration?) {
        try state.withLock { state throws(SMTPError) in
            if let refused = state.refused {
                state.refused = nil
                throw refused
            }
            let members = state.members
            try check(members)
            guard state.running == nil else { throw SMTPError(.busy) }
            let task = Task { () async -> Result<Value, SMTPError> in
                do throws(SMTPError) {
                    return .success(try await body(members))
                } catch {
                    return .failure(error)
                }
            }
            let method = RunningMethod { task.cancel() }
            state.running = method
            return (method, task, members.methodTimeout)
        }
    }

    private func end<Value>(
        _ method: RunningMethod,
        _ result: Result<Value, SMTPError>
    ) async throws(SMTPError) -> Value {
        let result = result.mapError { error in method.stopCode.map { SMTPError($0) } ?? error }
        if case .failure(let error) = result {
            forgetSession(after: error, isStopped: method.stopCode != nil)
        }
        await delivery.drain()
        state.withLock { $0.running = nil }
        return try result.get()
    }

    /// Lets a session go that has ended, or whose state is not known because the method was stopped.
    private func forgetSession(after error: SMTPError, isStopped: Bool) {
        let ended = state.withLock { state -> EngineSession? in
            guard let session = state.session, isStopped || !session.isOpen else { return nil }
            state.session = nil
            return session
        }
        ended?.reportEnd(because: error)
    }
}

extension SMTP.State {
    /// Whether there is a session that can take another request.
    var isConnected: Bool { session?.isOpen ?? false }
}
