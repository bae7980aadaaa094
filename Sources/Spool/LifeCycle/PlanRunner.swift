// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Performs plans; an error ends a plan where it stands.
package struct PlanRunner<Store: FileStore> {
    /// How far a plan came.
    package struct Outcome: Sendable {
        /// How many of its operations were performed, from the first one; a write that could not be synced is none of them.
        package fileprivate(set) var performedCount = 0
        /// What ended it early; nil when all was performed.
        package fileprivate(set) var error: SpoolError?
    }

    private let store: Store

    /// A runner on one store.
    package init(_ store: Store) {
        self.store = store
    }

    /// Performs the operations of a plan in their order.
    package func run(_ plan: OperationPlan) throws(SpoolError) {
        for outcome in run([plan]) {
            if let error = outcome.error { throw error }
        }
    }

    /// Performs plans side by side: each up to its next sync of the directory, then one sync for all that wait for it.
    ///
    /// An error ends its own plan; one of a sync that plans share ends all of them.
    ///
    /// - Returns: the outcomes, in the order of the plans.
    package func run(_ plans: [OperationPlan]) -> [Outcome] {
        var outcomes = [Outcome](repeating: Outcome(), count: plans.count)
        var waiting = Array(plans.indices)
        while true {
            waiting = waiting.filter { perform(plans[$0], upToSync: &outcomes[$0]) }
            guard !waiting.isEmpty else { return outcomes }
            do throws(SpoolError) {
                try store.syncDirectory()
                for index in waiting { outcomes[index].performedCount += 1 }
            } catch {
                for index in waiting { outcomes[index].error = error }
                return outcomes
            }
        }
    }

    /// Goes on with a plan.
    ///
    /// Returns whether it waits for a sync of the directory now.
    private func perform(_ plan: OperationPlan, upToSync outcome: inout Outcome) -> Bool {
        for operation in plan.operations[outcome.performedCount...] {
            guard operation != .syncDirectory else { return true }
            do throws(SpoolError) {
                try perform(operation)
            } catch {
                outcome.error = error
                // A sync that failed once may succeed the second time without the data: it is written anew.
                if case .syncFile = operation { outcome.performedCount = max(0, outcome.performedCount - 1) }
                return false
            }
            outcome.performedCount += 1
        }
        return false
    }

    private func perform(_ operation: FileOperation) throws(SpoolError) {
        switch operation {
        case .create(let name, let bytes): try store.create(name, bytes)
        case .append(let name, let bytes): try store.append(name, bytes)
        case .syncFile(let name): try store.syncFile(name)
        case .rename(let from, let to): try store.rename(from, to: to)
        case .syncDirectory: try store.syncDirectory()
        case .remove(let name):
            do throws(SpoolError) {
                try store.remove(name)
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
    }
}
