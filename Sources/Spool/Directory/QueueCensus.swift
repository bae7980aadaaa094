// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// How much mail is in each state, and which of it has waited longest.
package struct QueueCensus: Hashable, Sendable {
    /// A message that waits.
    package struct Waiting: Hashable, Sendable {
        /// The message.
        package let stem: MessageStem
        /// Since when.
        package let queuedAt: Timestamp
    }

    /// How many messages are in each state; a state without any is left out.
    package internal(set) var counts: [SpoolState: Int] = [:]
    /// The message that has waited longest, in each state that was asked for and has any.
    package internal(set) var oldest: [SpoolState: Waiting] = [:]

    /// An empty directory.
    package init() {}
}

extension QueueDirectory {
    /// Counts the messages, and finds the one that has waited longest in each of some states.
    ///
    /// Cost: the listing, and for each message of those states one look at the file and one at its journal. No message is
    /// read, and nothing is kept of those that are younger.
    package func census(oldestOf states: Set<SpoolState>) throws(SpoolError) -> QueueCensus {
        var census = QueueCensus()
        try handle.forEachName { bytes in
            guard case .message(let stem, let state) = SpoolFileName(bytes: bytes) else { return }
            census.counts[state, default: 0] += 1
            // What is gone meanwhile waits no longer.
            guard states.contains(state),
                let status = try? handle.status(of: SpoolFileName.message(stem, state).text)
            else { return }
            let history = (try? history(of: stem).history) ?? MessageHistory()
            let queuedAt = history.queuedAt(fileTime: status.modified)
            if census.oldest[state].map({ queuedAt < $0.queuedAt }) ?? true {
                census.oldest[state] = .init(stem: stem, queuedAt: queuedAt)
            }
        }
        return census
    }
}
