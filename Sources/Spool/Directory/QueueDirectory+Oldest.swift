// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

extension QueueListing {
    /// How many messages are in each state.
    package var counts: [SpoolState: Int] {
        names.reduce(into: [:]) { counts, name in
            if case .message(_, let state) = name { counts[state, default: 0] += 1 }
        }
    }
}

extension QueueDirectory {
    /// The message of a listing that has waited longest in a state; nil when there is none.
    ///
    /// Cost: one look at each file, and one more at the journal of each message that has one. No message is read.
    package func oldest(
        _ state: SpoolState,
        in listing: QueueListing
    ) throws(SpoolError) -> (stem: MessageStem, queuedAt: Timestamp)? {
        var journals: Set<MessageStem> = []
        for case .journal(let stem) in listing.names { journals.insert(stem) }
        var oldest: (stem: MessageStem, queuedAt: Timestamp)?
        for stem in listing.stems(in: state) {
            // What is gone meanwhile waits no longer.
            guard let status = try? handle.status(of: SpoolFileName.message(stem, state).text) else {
                continue
            }
            let history = journals.contains(stem) ? try history(of: stem).history : MessageHistory()
            let queuedAt = history.queuedAt(fileTime: status.modified)
            if oldest.map({ queuedAt < $0.queuedAt }) ?? true { oldest = (stem, queuedAt) }
        }
        return oldest
    }
}
