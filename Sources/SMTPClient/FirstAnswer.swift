// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Synchronization

/// A question that several may answer: the first answer counts, the others are dropped.
///
/// Thread-safe.
final class FirstAnswer<Value: Sendable>: Sendable {
    private enum State {
        case unasked
        case asked(CheckedContinuation<Value, Never>)
        case answered(Value)
        case done
    }

    private let state = Mutex(State.unasked)

    /// Gives an answer, which counts unless there was one before.
    func give(_ answer: Value) {
        let asker: CheckedContinuation<Value, Never>? = state.withLock { state in
            switch state {
            case .unasked:
                state = .answered(answer)
                return nil
            case .asked(let continuation):
                state = .done
                return continuation
            case .answered, .done:
                return nil
            }
        }
        asker?.resume(returning: answer)
    }

    /// Waits for the first answer; asked once only.
    ///
    /// - Parameter whenCancelled: the answer that is given when the task is cancelled.
    /// - Returns: the first answer.
    func wait(whenCancelled: Value) async -> Value {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Value? = state.withLock { state in
                    if case .answered(let answer) = state {
                        state = .done
                        return answer
                    }
                    state = .asked(continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            give(whenCancelled)
        }
    }
}
