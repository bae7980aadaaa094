// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Synchronization

/// Whether transactions with one relay may overlap, as all connections to it have found so far.
///
/// Thread-safe.
final class OverlapTolerance: Sendable {
    private let withdrawn = Atomic(false)

    /// Whether they may, on connections that are opened from now on.
    var isGranted: Bool { !withdrawn.load(ordering: .relaxed) }

    /// The relay drops what comes behind the end of a content, or does not take it: one at a time from now on.
    func withdraw() {
        withdrawn.store(true, ordering: .relaxed)
    }
}
