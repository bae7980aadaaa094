// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Testing

@Suite("Messages claimed ahead")
struct ClaimAheadMachineTests {
    private let start = ContinuousClock.now

    @Test("it begins with two for each connection, and doubles up to its limit while connections starve")
    func grows() {
        var machine = ClaimAheadMachine(connections: 10)
        #expect(machine.count == 20)
        machine.starved()
        #expect(machine.count == 40)
        for _ in 0..<20 { machine.starved() }
        #expect(machine.count == ClaimAheadMachine.limit)
    }

    @Test("messages that wait too long halve it, those of one batch once, never below where it began")
    func shrinks() {
        var machine = ClaimAheadMachine(connections: 4)
        for _ in 0..<4 { machine.starved() }
        #expect(machine.count == 128)
        for each in 0..<100 {
            machine.waited(since: start, now: start + .milliseconds(101 + each))
        }
        #expect(machine.count == 64)
        for round in 1..<10 {
            let since = start + .seconds(round)
            machine.waited(since: since, now: since + .seconds(1) - .milliseconds(1))
        }
        #expect(machine.count == 8)
    }

    @Test("a short wait changes nothing")
    func shortWait() {
        var machine = ClaimAheadMachine(connections: 4)
        machine.starved()
        machine.waited(since: start, now: start + ClaimAheadMachine.longestWait)
        #expect(machine.count == 16)
    }

    @Test("more are claimed when half of them are left, not one by one")
    func isLow() {
        let machine = ClaimAheadMachine(connections: 5)
        #expect(machine.isLow(0))
        #expect(machine.isLow(5))
        #expect(!machine.isLow(6))
    }

    @Test("any number of connections makes a machine", arguments: [-1, 0, 1, 100_000])
    func bounds(connections: Int) {
        let machine = ClaimAheadMachine(connections: connections)
        #expect((1...ClaimAheadMachine.limit).contains(machine.count))
    }
}
