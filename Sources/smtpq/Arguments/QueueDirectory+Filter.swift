// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Spool

extension QueueDirectory {
    /// The messages whose names fit a filter, in the order of the ids: what is in them, ``matching(_:_:_:)`` looks at.
    func candidates(for filter: MessageFilter) throws(SpoolError) -> [(stem: MessageStem, state: SpoolState)]
    {
        try listing().messages.filter { filter.state == nil || $0.state == filter.state }
    }

    /// What is known of a message that a filter means; nil when it is gone, or is not meant.
    func matching(
        _ filter: MessageFilter,
        _ stem: MessageStem,
        listedAs state: SpoolState
    ) throws(SpoolError) -> MessageSummary? {
        guard let summary = try summaryNow(of: stem, listedAs: state), filter.matches(summary) else {
            return nil
        }
        return summary
    }

    private func summaryNow(
        of stem: MessageStem,
        listedAs state: SpoolState
    ) throws(SpoolError) -> MessageSummary? {
        do throws(SpoolError) {
            return try summary(of: stem, in: state)
        } catch {
            guard error.code == .notFound else { throw error }
        }
        // It went on while the others were looked at: the state that it has now counts.
        guard let actual = try self.state(of: stem) else { return nil }
        return try? summary(of: stem, in: actual)
    }
}
