// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailMessage
import Testing

@Suite("T27: steps of the calendar clock")
struct CalendarClockMachineTests {
    static let year = Duration.seconds(365 * 86400)
    static let day = Duration.seconds(86400)

    let start = ContinuousClock.now
    let calendar: Timestamp

    init() throws { calendar = try Timestamp(parsing: "2026-11-24T09:00:00Z") }

    @Test(
        "are noticed once, in both directions",
        arguments: [year, day, CalendarClockMachine.smallestStep].flatMap { [$0, .zero - $0] }
    )
    func steps(step: Duration) {
        var clock = CalendarClockMachine(calendar: calendar, running: start)
        for second in 1...100 {
            let passed = Duration.seconds(second)
            let stepped = second > 50
            let read = clock.read(
                calendar: calendar.adding(stepped ? passed + step : passed),
                running: start + passed
            )
            #expect(read == (second == 51 ? step : nil))
        }
    }

    @Test("are not seen where both clocks went on, or one was slewed a little")
    func noStep() {
        var clock = CalendarClockMachine(calendar: calendar, running: start)
        #expect(clock.read(calendar: calendar.adding(Self.day), running: start + Self.day) == nil, "a sleep")
        let slewed = CalendarClockMachine.smallestStep - .milliseconds(1)
        #expect(
            clock.read(calendar: calendar.adding(Self.day + slewed), running: start + Self.day) == nil
        )
    }

    @Test("that come bit by bit are noticed when they have become one")
    func slewing() {
        var clock = CalendarClockMachine(calendar: calendar, running: start)
        let reads = (1...100).map { second in
            clock.read(
                calendar: calendar.adding(.milliseconds(1100 * second)),
                running: start + .seconds(second)
            )
        }
        #expect(reads.compactMap(\.self) == [.seconds(10)])
    }
}
