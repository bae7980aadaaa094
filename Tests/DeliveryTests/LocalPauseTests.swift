// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Testing

@Suite("The pause after a fault of the host")
struct LocalPauseTests {
    let start = ContinuousClock.now

    @Test("is said once, grows to a minute, and ends with the first success")
    func grows() {
        var pause = LocalPause()
        var now = start
        for (index, seconds) in [1, 2, 4, 8, 16, 32, 60, 60, 60].enumerated() {
            #expect(pause.faulted("disk full", in: .claiming, now: now) == (index == 0))
            #expect(pause.faulted("disk full", in: .claiming, now: now) == false, "many fail at one time")
            #expect(pause.stops(.claiming, now: now + .seconds(seconds) - .milliseconds(1)))
            now += .seconds(seconds)
            #expect(!pause.stops(.claiming, now: now))
        }
        #expect(pause.reason == "disk full" && pause.isFaulty)
        #expect(pause.succeeded(in: .claiming) == true)
        #expect(pause.succeeded(in: .claiming) == false, "said once")
        #expect(pause.reason == nil && !pause.isFaulty)
        #expect(pause.faulted("disk full", in: .claiming, now: now) == true, "another fault")
    }

    @Test(
        "T26: ends only by work that needs as much: a disk that can be read, or renamed on, may still be full",
        arguments: [LocalPause.Work.looking, .claiming, .recording]
    )
    func T26_needsAsMuch(failed: LocalPause.Work) {
        for work in [LocalPause.Work.looking, .claiming, .recording] {
            var pause = LocalPause()
            _ = pause.faulted("disk full", in: failed, now: start)
            let later = start + .seconds(1)
            #expect(pause.stops(work, now: start))
            #expect(pause.stops(work, now: later) == (work < failed))
            #expect(pause.succeeded(in: work) == (work >= failed))
        }
    }
}
