// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Testing

@Suite("A daemon that mail starts")
struct IdleMachineTests {
    let start = ContinuousClock.now

    /// Ticks once a second, each with what the queue looks like then; returns the seconds at which it is over.
    private func ends(_ queue: [Bool], limit: Duration?) -> [Int] {
        var machine = IdleMachine()
        return queue.enumerated().compactMap { second, isEmpty in
            machine.isOver(isEmpty: isEmpty, limit: limit, now: start + .seconds(second)) ? second : nil
        }
    }

    @Test("ends when there has been no mail for the whole time, counted from the last")
    func counts() {
        #expect(ends(Array(repeating: true, count: 5), limit: .seconds(3)) == [3])
        #expect(ends([true, true, true, false, true, true, true, true], limit: .seconds(3)) == [7])
        #expect(ends([false, false, false, false, false, false], limit: .seconds(3)) == [])
    }

    @Test("waits for the whole time again when something kept it")
    func beginsAnew() {
        #expect(ends(Array(repeating: true, count: 9), limit: .seconds(3)) == [3, 7])
    }

    @Test("never ends without a limit")
    func noLimit() {
        #expect(ends(Array(repeating: true, count: 9), limit: nil) == [])
    }
}
