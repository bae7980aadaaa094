// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import Synchronization

/// The connections that are open, at most so many: one more closes the one that has been open longest.
///
/// So nobody keeps others out by holding connections. Thread-safe.
final class LatestConnections: Sendable {
    private let limit: Int
    private let channels = Mutex<[any Channel]>([])

    /// None is open yet.
    init(limit: Int) { self.limit = limit }

    /// Takes a connection in until it is closed.
    func add(_ channel: any Channel) {
        let oldest: (any Channel)? = channels.withLock { channels in
            channels.append(channel)
            return channels.count > limit ? channels.removeFirst() : nil
        }
        oldest?.close(promise: nil)
        channel.closeFuture.whenComplete { [self] _ in
            channels.withLock { $0.removeAll { $0 === channel } }
        }
    }
}
