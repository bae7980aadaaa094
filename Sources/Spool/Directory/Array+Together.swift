// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

extension Array {
    /// Goes on with those that have come to something so far, all together; the others keep their errors.
    ///
    /// - Parameter work: gives one result for each value, in their order.
    /// - Returns: the results, in the order of the elements.
    package func thenTogether<Value, Next, Failure>(
        _ work: ([Value]) -> [Result<Next, Failure>]
    ) -> [Result<Next, Failure>] where Element == Result<Value, Failure> {
        var rest = work(compactMap { try? $0.get() })[...]
        return map { element in element.flatMap { _ in rest.removeFirst() } }
    }
}
