// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Performs plans, one operation after the other; an error ends the plan where it stands.
package struct PlanRunner<Store: FileStore> {
    private let store: Store

    /// A runner on one store.
    package init(_ store: Store) {
        self.store = store
    }

    /// Performs the operations of a plan in their order.
    package func run(_ plan: OperationPlan) throws(SpoolError) {
        for operation in plan.operations {
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
}
