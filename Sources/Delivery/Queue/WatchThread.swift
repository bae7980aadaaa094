// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Spool

/// The thread on which a directory watch blocks.
enum WatchThread {
    /// Runs `watch` on a thread of its own until it is stopped; `deliver` is called on that thread.
    ///
    /// - Returns: whether the system has given a thread.
    static func run(_ watch: QueueWatch, _ deliver: @escaping @Sendable ([QueueChange]) -> Void) -> Bool {
        WorkThread { watch.run(deliver) } != nil
    }
}
