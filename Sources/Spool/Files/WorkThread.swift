// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// A thread of its own for work that blocks.
///
/// The work goes on when the object is released and nobody has waited for it.
package final class WorkThread {
    private let thread: pthread_t
    private var isJoined = false

    /// Starts the work; nil when the system has no thread to give.
    package init?(_ work: @escaping @Sendable () -> Void) {
        let body = Unmanaged.passRetained(Body(work: work)).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            },
            body
        )
        guard code == 0 else {
            Unmanaged<Body>.fromOpaque(body).release()
            return nil
        }
        self.thread = thread
    }

    deinit {
        if !isJoined { pthread_detach(thread) }
    }

    /// Waits until the work is done.
    package func join() {
        guard !isJoined else { return }
        isJoined = true
        pthread_join(thread, nil)
    }

    private final class Body: Sendable {
        let work: @Sendable () -> Void

        init(work: @escaping @Sendable () -> Void) { self.work = work }
    }
}
