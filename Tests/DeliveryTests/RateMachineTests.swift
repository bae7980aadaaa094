// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailTestKit
import Testing

@Suite("Rate machine")
struct RateMachineTests {
    let start = ContinuousClock.now

    @Test(
        "in no span of its length are there more messages than the limit allows",
        arguments: 0..<20 as Range<UInt64>
    )
    func exact(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var machine = RateMachine(RateLimit(5, per: .seconds(10)))
        var sent: [ContinuousClock.Instant] = []
        var now = start
        for _ in 0..<300 {
            now += .milliseconds(Int.random(in: 0...4000, using: &generator))
            let allowance = machine.allowance(now: now)
            #expect((machine.next(now: now) == nil) == (allowance > 0))
            for _ in 0..<Int.random(in: 0...3, using: &generator) where machine.allowance(now: now) > 0 {
                machine.sent(now: now)
                sent.append(now)
            }
        }
        for (index, time) in sent.enumerated() where index >= 5 {
            #expect(time - sent[index - 5] >= .seconds(10))
        }
        #expect(sent.count > 100)
    }

    @Test("the time of the next message is that at which the oldest one counts no more")
    func next() {
        var machine = RateMachine(RateLimit(2, per: .seconds(60)))
        machine.sent(now: start)
        machine.sent(now: start + .seconds(5))
        #expect(machine.next(now: start + .seconds(6)) == start + .seconds(60))
        #expect(machine.allowance(now: start + .seconds(60)) == 1)
    }
}
