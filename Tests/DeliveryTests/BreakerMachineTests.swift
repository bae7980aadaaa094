// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailTestKit
import SMTPProtocol
import Testing

@Suite("Breaker")
struct BreakerMachineTests {
    let start = ContinuousClock.now
    let fault = RelayFault(kind: .connect, phase: .connect, code: nil, text: "connection refused")

    @Test("a fault opens the breaker until its time, then one probe is let through")
    func opensAndProbes() {
        var breaker = BreakerMachine()
        var generator = SeededGenerator(seed: 1)
        #expect(breaker.allowance(now: start) == .full)
        let wait = breaker.faulted(fault, now: start, using: &generator)
        #expect(breaker.allowance(now: start) == .none(until: start + wait))
        #expect(breaker.fault == fault)
        #expect(breaker.allowance(now: start + wait) == .probe)
        #expect(!breaker.isClosed)
    }

    @Test("an answered transaction closes the breaker and forgets the faults")
    func closes() {
        var breaker = BreakerMachine()
        var generator = SeededGenerator(seed: 1)
        let wait = breaker.faulted(fault, now: start, using: &generator)
        _ = breaker.allowance(now: start + wait)
        #expect(breaker.transactionAnswered() == true)
        #expect(breaker.transactionAnswered() == false)
        #expect(breaker.allowance(now: start + wait) == .full)
        #expect(breaker.fault == nil)
    }

    @Test(
        "the n-th fault in a row waits at most twice as long as the one before, five minutes at most",
        arguments: zip([1, 2, 3, 9, 40], [1.0, 2.0, 4.0, 256.0, 300.0])
    )
    func backsOff(faults: Int, ceiling: Double) {
        for seed in UInt64(0)..<50 {
            var generator = SeededGenerator(seed: seed)
            var breaker = BreakerMachine()
            var now = start
            var wait = Duration.zero
            for _ in 0..<faults {
                wait = breaker.faulted(fault, now: now, using: &generator)
                now += wait
                _ = breaker.allowance(now: now)
            }
            #expect(wait >= .milliseconds(250))
            #expect(wait <= .seconds(ceiling))
        }
    }

    @Test("several faults at once count as one")
    func countsOnce() {
        var breaker = BreakerMachine()
        var generator = SeededGenerator(seed: 1)
        let wait = breaker.faulted(fault, now: start, using: &generator)
        #expect(breaker.faulted(fault, now: start, using: &generator) == wait)
    }
}

@Suite("Connection window")
struct ConnectionWindowTests {
    let start = ContinuousClock.now

    @Test("as many connections are opened as messages wait, up to the limit")
    func opens() {
        var window = ConnectionWindow(limit: 3)
        #expect(window.connectionsToOpen(waitingMessages: 0, allowance: .full) == 0)
        #expect(window.connectionsToOpen(waitingMessages: 2, allowance: .full) == 2)
        window.openingStarted()
        #expect(window.connectionsToOpen(waitingMessages: 2, allowance: .full) == 1)
        #expect(window.connectionsToOpen(waitingMessages: 500, allowance: .full) == 2)
    }

    @Test("a probe is one connection, and only when a message waits")
    func probes() {
        var window = ConnectionWindow(limit: 3)
        #expect(window.connectionsToOpen(waitingMessages: 0, allowance: .probe) == 0)
        #expect(window.connectionsToOpen(waitingMessages: 9, allowance: .probe) == 1)
        window.openingStarted()
        #expect(window.connectionsToOpen(waitingMessages: 9, allowance: .probe) == 0)
    }

    @Test("a refusal beside standing connections lowers the window, and quiet time raises it again")
    func lowersAndGrows() {
        var window = ConnectionWindow(limit: 4)
        for _ in 0..<3 { window.openingStarted() }
        window.opened()
        window.opened()
        #expect(window.refused(now: start) == true)
        #expect(window.window == 2)
        window.grow(now: start + .seconds(29))
        #expect(window.window == 2)
        window.grow(now: start + .seconds(30))
        #expect(window.window == 3)
        window.grow(now: start + .seconds(60))
        #expect(window.window == 4)
    }

    @Test("a refusal with nothing standing is the relay's fault")
    func refusedAlone() {
        var window = ConnectionWindow(limit: 4)
        window.openingStarted()
        #expect(window.refused(now: start) == false)
        #expect(window.window == 4)
    }
}
