// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import SMTPClient

struct RaceMachineTests {
    private static let moment = RaceMachine.Action.startMoment(.milliseconds(250))

    @Test("The first connection that stands wins, and the others are closed")
    func firstWins() {
        var race = RaceMachine(routeCount: 3)
        #expect(race.handle(.begun) == [.dial(0), Self.moment])
        #expect(race.handle(.momentElapsed) == [.dial(1), Self.moment])
        #expect(race.handle(.connected(1)) == [.close(0), .win(1)])
        #expect(race.handle(.momentElapsed) == [])
        #expect(race.handle(.failed(0)) == [])
        #expect(race.handle(.ended) == [])
    }

    @Test("A connection that comes second is closed")
    func secondIsClosed() {
        var race = RaceMachine(routeCount: 2)
        _ = race.handle(.begun)
        _ = race.handle(.momentElapsed)
        #expect(race.handle(.connected(0)) == [.close(1), .win(0)])
        #expect(race.handle(.connected(1)) == [.close(1)])
    }

    @Test("A route that fails makes way for the next one at once")
    func failureIsNotWaitedFor() {
        var race = RaceMachine(routeCount: 3)
        _ = race.handle(.begun)
        #expect(race.handle(.failed(0)) == [.dial(1), Self.moment])
        #expect(race.handle(.failed(1)) == [.dial(2)])
        #expect(race.handle(.connected(2)) == [.win(2)])
    }

    @Test("The race is lost when the last route has failed")
    func lost() {
        var race = RaceMachine(routeCount: 2)
        _ = race.handle(.begun)
        #expect(race.handle(.momentElapsed) == [.dial(1)])
        #expect(race.handle(.failed(1)) == [])
        #expect(race.handle(.failed(0)) == [.lose])
        #expect(race.handle(.failed(0)) == [])
    }

    @Test("When time is up all connections that are being made are given up")
    func timeIsUp() {
        var race = RaceMachine(routeCount: 3)
        _ = race.handle(.begun)
        _ = race.handle(.momentElapsed)
        #expect(race.handle(.ended) == [.close(0), .close(1), .lose])
        #expect(race.handle(.begun) == [])
        #expect(race.handle(.connected(0)) == [.close(0)])
    }

    @Test("A race without routes is lost, and one that was ended before it began never dials")
    func nothingToDo() {
        var empty = RaceMachine(routeCount: 0)
        #expect(empty.handle(.begun) == [.lose])
        var ended = RaceMachine(routeCount: 2)
        #expect(ended.handle(.ended) == [.lose])
        #expect(ended.handle(.begun) == [])
    }

    @Test("Whatever happens in whatever order, one verdict is given and nothing is dialled after it")
    func oneVerdict() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var race = RaceMachine(routeCount: 4)
            var actions = race.handle(.begun)
            for _ in 0..<30 {
                let route = Int.random(in: 0..<4, using: &generator)
                let events: [RaceMachine.Event] = [.momentElapsed, .connected(route), .failed(route), .ended]
                actions += race.handle(events[min(Int.random(in: 0..<10, using: &generator), 3)])
            }
            let verdicts = actions.indices.filter { index in
                switch actions[index] {
                case .win, .lose: true
                case .dial, .startMoment, .close: false
                }
            }
            #expect(verdicts.count <= 1)
            guard let verdict = verdicts.first else { continue }
            #expect(!actions[verdict...].contains { if case .dial = $0 { true } else { false } })
        }
    }
}
