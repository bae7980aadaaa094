// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Dispatch
internal import SMTPComponent
internal import Synchronization

/// Takes the events of a method to the thread that waits for its end.
final class EventMailbox: Sendable {
    private struct State {
        var events: [SMTPEvent] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)

    /// Puts an event in.
    func post(_ event: SMTPEvent) {
        state.withLock { $0.events.append(event) }
        arrivals.signal()
    }

    /// Says that there will be no more events.
    func close() {
        state.withLock { $0.isClosed = true }
        arrivals.signal()
    }

    /// Hands out each event as it comes, and returns when all have been handed out and there will be no more.
    func deliver(to receiver: (SMTPEvent) -> Void) {
        while true {
            arrivals.wait()
            let (events, isClosed) = state.withLock { state in
                defer { state.events = [] }
                return (state.events, state.isClosed)
            }
            for event in events { receiver(event) }
            if isClosed { return }
        }
    }
}
