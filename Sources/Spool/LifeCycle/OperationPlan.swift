// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// File operations in an order that keeps the promises of the spool: the only thing that changes states.
///
/// The initialiser refuses an order that could lose mail or claim what is not yet true:
///
/// - a name is published (renamed to a message state) while something written before, or the name of it, is not synced, unless
///   the plan says that losing it is harmless;
/// - a journal is removed before it is certain that the message it belongs to is gone;
/// - the plan ends while a change of state may still be undone by a power cut. Only the way back to `.queued` may be: recovery goes
///   it again.
package struct OperationPlan: Hashable, Sendable {
    /// Whether lines written before the change of state must survive a crash.
    package enum Payload: Hashable, Sendable {
        /// They must: each is synced before the next rename.
        case mustSurvive
        /// They may be lost: the worst that follows is an earlier retry.
        case mayBeLost
    }

    /// Why an order is refused.
    package enum Refusal: Error, Hashable, Sendable {
        /// A message would be published before this file is durable.
        case publishedBeforeSync(String)
        /// A journal would be removed while its message stands, or could come back.
        case journalRemovedFirst(String)
        /// The plan would end before it is certain that this message is in its new state, or gone.
        case endsBeforeSync(String)
    }

    /// The operations in their order.
    package private(set) var operations: [FileOperation]

    /// Checks an order of operations.
    package init(_ operations: [FileOperation], payload: Payload = .mustSurvive) throws(Refusal) {
        var unsyncedContents: Set<String> = []
        var unsyncedNames: Set<String> = []
        var removed: Set<String> = []
        var removedForGood: Set<String> = []
        var undoable: Set<String> = []
        for operation in operations {
            switch operation {
            case .create(let name, _), .append(let name, _):
                unsyncedContents.insert(name)
                unsyncedNames.insert(name)
            case .syncFile(let name):
                unsyncedContents.remove(name)
            case .rename(let from, let to):
                // What is renamed itself has no other name to lose.
                unsyncedNames.remove(from)
                if payload == .mustSurvive, case .message = SpoolFileName(parsing: to),
                    let open = unsyncedContents.union(unsyncedNames).min()
                {
                    throw .publishedBeforeSync(open)
                }
                if Self.mustLast(from: from, to: to) { undoable.insert(to) }
            case .remove(let name):
                if case .journal(let stem) = SpoolFileName(parsing: name), !removedForGood.contains(stem.text)
                {
                    throw .journalRemovedFirst(name)
                }
                if case .message(let stem, _) = SpoolFileName(parsing: name) {
                    removed.insert(stem.text)
                    undoable.insert(name)
                }
            case .syncDirectory:
                unsyncedNames = []
                undoable = []
                removedForGood.formUnion(removed)
            }
        }
        if let open = undoable.min() { throw .endsBeforeSync(open) }
        self.operations = operations
    }

    /// What is left of it when so many of its operations have been performed.
    func rest(after performedCount: Int) -> OperationPlan {
        var rest = self
        rest.operations.removeFirst(min(performedCount, operations.count))
        return rest
    }

    /// Whether a rename must outlast a power cut before anything follows from it.
    private static func mustLast(from: String, to: String) -> Bool {
        guard case .message(_, let state) = SpoolFileName(parsing: to) else { return false }
        guard case .message(_, .sending) = SpoolFileName(parsing: from) else { return true }
        return state != .queued
    }
}
