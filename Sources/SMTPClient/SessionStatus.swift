// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Synchronization

/// What every thread may ask about a session.
final class SessionStatus: Sendable {
    private let ended = Atomic(false)

    /// Whether the session takes nothing more.
    var isEnded: Bool { ended.load(ordering: .acquiring) }

    /// The session takes nothing more.
    func end() {
        ended.store(true, ordering: .releasing)
    }
}
