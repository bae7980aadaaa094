// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Testing

@Suite("The time of a stop")
struct StopMachineTests {
    let start = ContinuousClock.now
    let more = StopMachine.Action.askForTime(.seconds(5))

    /// Ticks once a second, each with what is left then.
    private func actions(_ remaining: [Int], grace: Duration) -> [[StopMachine.Action]] {
        var stop = StopMachine(grace: grace, now: start)
        return remaining.enumerated().map { second, count in
            stop.tick(remaining: count, now: start + .seconds(second + 1))
        }
    }

    @Test("is asked for within the grace time, whether a transaction moves or not")
    func grace() {
        #expect(actions([9, 9, 9], grace: .seconds(4)) == [[more], [more], [more]])
    }

    @Test("is asked for after the grace time only as long as less is left each time")
    func progress() {
        #expect(
            actions([9, 9, 8, 8, 3, 5, 3, 2], grace: .seconds(2)) == [
                [more],
                [.abandonTransactions],
                [.abandonTransactions, more],
                [.abandonTransactions],
                [.abandonTransactions, more],
                [.abandonTransactions],
                [.abandonTransactions],
                [.abandonTransactions, more],
            ]
        )
    }
}
