// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import Spool

/// The thread on which a directory watch blocks.
enum WatchThread {
    /// Runs `watch` on a detached thread until it is stopped; `deliver` is called on that thread.
    ///
    /// - Returns: whether the system has given a thread.
    static func run(_ watch: QueueWatch, _ deliver: @escaping @Sendable ([QueueChange]) -> Void) -> Bool {
        let body = Unmanaged.passRetained(Body(watch: watch, deliver: deliver)).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                body.watch.run(body.deliver)
                return nil
            },
            body
        )
        if code == 0 {
            pthread_detach(thread)
        } else {
            Unmanaged<Body>.fromOpaque(body).release()
        }
        return code == 0
    }

    private final class Body: Sendable {
        let watch: QueueWatch
        let deliver: @Sendable ([QueueChange]) -> Void

        init(watch: QueueWatch, deliver: @escaping @Sendable ([QueueChange]) -> Void) {
            self.watch = watch
            self.deliver = deliver
        }
    }
}
