// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import Spool

/// Which messages may be the reason why the relay fails in the midst of their transactions.
///
/// Pure. A message counts as the reason when it has met ``faultsPerMessage`` faults, and the relay has answered a transaction
/// of another message since the first of them: a relay that fails for everybody is itself the reason.
package struct SuspicionTable {
    /// The faults that a message is granted.
    package static let faultsPerMessage = 3

    private struct Entry {
        var faultCount = 0
        let answersBefore: Int
    }

    private var entries: [MessageStem: Entry] = [:]
    private var answerCount = 0

    /// A table that suspects nobody.
    package init() {}

    /// The relay answered a transaction, whatever the answer.
    package mutating func transactionAnswered() { answerCount += 1 }

    /// The relay failed in the midst of a message's transaction.
    ///
    /// - Returns: whether the message counts as the reason.
    package mutating func faulted(_ stem: MessageStem) -> Bool {
        var entry = entries[stem] ?? Entry(answersBefore: answerCount)
        entry.faultCount += 1
        entries[stem] = entry
        return entry.faultCount >= Self.faultsPerMessage && answerCount > entry.answersBefore
    }

    /// Whether a message has met a fault that nothing has cleared.
    package func isSuspected(_ stem: MessageStem) -> Bool { entries[stem] != nil }

    /// The message got an answer, or has left the queue.
    package mutating func clear(_ stem: MessageStem) { entries[stem] = nil }
}
