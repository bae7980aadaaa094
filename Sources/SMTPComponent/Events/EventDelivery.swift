// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Dispatch
internal import Synchronization

/// Delivers events in the order in which they happen, one after the other, away from the threads of the connection.
///
/// A closure that takes its time delays the events behind it, and nothing else. Thread-safe.
final class EventDelivery: Sendable {
    /// Most events that a reader of a sequence may be behind; older ones are dropped then.
    static let backlogLimit = 10_000

    private struct State {
        var callbacks = EventCallbacks()
        var readers: [Int: AsyncStream<SMTPEvent>.Continuation] = [:]
        var readerCount = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "SMTP events")

    /// The closures.
    var callbacks: EventCallbacks { state.withLock(\.callbacks) }

    /// Sets a single closure.
    func set(_ change: @Sendable (inout EventCallbacks) -> Void) { state.withLock { change(&$0.callbacks) } }

    /// A new sequence of the events from now on.
    func makeSequence() -> AsyncStream<SMTPEvent> {
        let (stream, reader) = AsyncStream.makeStream(
            of: SMTPEvent.self,
            bufferingPolicy: .bufferingNewest(Self.backlogLimit)
        )
        let number = state.withLock { state in
            state.readerCount += 1
            state.readers[state.readerCount] = reader
            return state.readerCount
        }
        reader.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.readers.removeValue(forKey: number) }
        }
        return stream
    }

    /// Delivers an event after all earlier ones.
    func post(_ event: SMTPEvent) {
        queue.async { [self] in
            let (callbacks, readers) = state.withLock { ($0.callbacks, $0.readers) }
            for reader in readers.values { reader.yield(event) }
            callbacks.call(event)
        }
    }

    /// Returns when every event that was posted before has been delivered.
    func drain() async {
        await withCheckedContinuation { waiter in
            queue.async { waiter.resume() }
        }
    }

    deinit {
        for reader in state.withLock(\.readers.values) { reader.finish() }
    }
}
