// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore
import NIOEmbedded
import Testing

@testable import SMTPClient

struct PhaseTimerTests {
    /// Starts a phase of 10 s every 6 s; returns the seconds after which the timer fired.
    private func firing(operation: Duration?, phases: Int) -> Int? {
        let loop = EmbeddedEventLoop()
        var firedAt: Int?
        var elapsed = 0
        let timer = PhaseTimer(loop: loop) { firedAt = elapsed }
        timer.beginOperation(operation)
        for second in 0..<100 where firedAt == nil {
            elapsed = second
            loop.advanceTime(to: .uptimeNanoseconds(UInt64(second) * 1_000_000_000))
            if firedAt == nil, second % 6 == 0, second / 6 < phases { timer.start(.seconds(10)) }
        }
        return firedAt
    }

    @Test("A phase that goes on in time never runs out, one that does not runs out by itself")
    func inactivity() {
        #expect(firing(operation: nil, phases: 100) == nil)
        #expect(firing(operation: nil, phases: 3) == 22)
    }

    @Test("An operation that is limited as a whole runs out though its phases go on")
    func absolute() {
        #expect(firing(operation: .seconds(15), phases: 100) == 15)
        #expect(firing(operation: .seconds(50), phases: 1) == 10)
    }

    @Test("The limit of an operation ends with it")
    func endOfOperation() {
        let loop = EmbeddedEventLoop()
        var hasFired = false
        let timer = PhaseTimer(loop: loop) { hasFired = true }
        timer.beginOperation(.seconds(5))
        timer.start(.seconds(10))
        timer.endOperation()
        timer.start(.seconds(10))
        loop.advanceTime(by: .seconds(9))
        #expect(!hasFired)
        loop.advanceTime(by: .seconds(2))
        #expect(hasFired)
    }
}
