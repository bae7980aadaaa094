// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import Synchronization

@testable import Spool

/// Runs a watch on a thread of its own and keeps what it reports.
final class WatchRecorder: Sendable {
    private struct State {
        var changes: [QueueChange] = []
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?
        var isEnough: @Sendable ([QueueChange]) -> Bool = { _ in false }
    }

    private let watch: QueueWatch
    private let state = Mutex(State())

    init(_ queue: QueueDirectory) throws {
        watch = try QueueWatch(queue)
    }

    /// Begins to run the watch.
    func start() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pointer in
            if let pointer { Unmanaged<WatchRecorder>.fromOpaque(pointer).takeRetainedValue().run() }
            return nil
        }
        pthread_create(&thread, nil, body, context)
        pthread_detach(thread)
    }

    private func run() {
        watch.run { changes in update { $0.changes += changes } }
        update { $0.isOver = true }
    }

    private func update(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            change(&state)
            guard state.isOver || state.isEnough(state.changes) else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Ends the watch.
    func stop() { watch.stop() }

    /// The changes, as soon as they are enough or the watch has ended.
    func changes(until isEnough: @escaping @Sendable ([QueueChange]) -> Bool) async -> [QueueChange] {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.isOver || isEnough(state.changes) { return true }
                state.isEnough = isEnough
                state.waiter = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        return state.withLock { $0.changes }
    }

    /// All changes, once the watch has ended.
    func allChanges() async -> [QueueChange] { await changes { _ in false } }
}
