// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What recovery does with each name it finds at the start, under the lock.
///
/// Pure.
///
/// | found | meaning | done |
/// |---|---|---|
/// | `.sending`, all recipients final in its journal, none failed | delivered, not yet removed | removed, or `.sent` |
/// | `.sending`, all recipients final, one failed | given up, not yet renamed | `.failed` |
/// | any other `.sending` | may or may not have been delivered (G3) | `.queued` |
/// | `.journal` without a message in any state | left over | removed |
/// | `.RANDOM.new`, `.status-…`, a day old | an interrupted write | removed |
/// | everything else | its state | nothing |
package enum RecoveryMachine {
    /// What is known of a message found as `.sending`.
    package enum Progress: Hashable, Sendable {
        /// The journal has the final answer of each recipient; `anyFailed` when one was given up.
        case answered(anyFailed: Bool)
        /// Something is open, or nothing is known.
        case open
    }

    /// What to do with a message found as `.sending`.
    package static func resolution(for progress: Progress, keepQueue: Bool) -> Resolution {
        switch progress {
        case .answered(anyFailed: true): .failed(lines: [])
        case .answered(anyFailed: false): .delivered(lines: [], keep: keepQueue)
        case .open: .untouched
        }
    }

    /// Whether a name is one that this software writes to before it publishes.
    package static func isTemporary(_ name: String) -> Bool {
        guard name.hasPrefix(".") else { return false }
        return name.hasSuffix(".new") || name.hasPrefix(".status-")
    }

    /// Journals whose message is in no state any more.
    package static func orphanedJournals(among names: [SpoolFileName]) -> [MessageStem] {
        var stems: Set<MessageStem> = []
        var journals: [MessageStem] = []
        for name in names {
            switch name {
            case .message(let stem, _): stems.insert(stem)
            case .journal(let stem): journals.append(stem)
            }
        }
        return journals.filter { !stems.contains($0) }
    }
}
