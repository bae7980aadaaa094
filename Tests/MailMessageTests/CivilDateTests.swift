// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import MailMessage

@Suite("A calendar day")
struct CivilDateTests {
    @Test("is the day after the day before, from 1583 to 9999")
    func everyDay() {
        var date = CivilDate(year: 1583, month: 1, day: 1)
        var days = date.daysSinceEpoch
        #expect(days == -141_349)
        while date.year < 10_000 {
            guard CivilDate(daysSinceEpoch: days) == date, date.daysSinceEpoch == days else {
                Issue.record("day \(days) is \(date)")
                return
            }
            days += 1
            if date.day < CivilDate.days(inMonth: date.month, year: date.year) {
                date = CivilDate(year: date.year, month: date.month, day: date.day + 1)
            } else if date.month < 12 {
                date = CivilDate(year: date.year, month: date.month + 1, day: 1)
            } else {
                date = CivilDate(year: date.year + 1, month: 1, day: 1)
            }
        }
        #expect(days == 2_932_897)
    }

    @Test(
        "has its day of the week",
        arguments: [
            (1970, 1, 1, 4), (2000, 2, 29, 2), (2026, 11, 24, 2), (1600, 1, 1, 6), (1969, 12, 31, 3),
            (9999, 12, 31, 5),
        ]
    )
    func weekday(_ year: Int, _ month: Int, _ day: Int, _ weekday: Int) {
        #expect(CivilDate(year: year, month: month, day: day).weekday == weekday)
    }

    @Test("months have their lengths", arguments: [(2023, 28), (2024, 29), (1900, 28), (2000, 29)])
    func february(_ year: Int, _ days: Int) {
        #expect(CivilDate.days(inMonth: 2, year: year) == days)
        #expect((1...12).map { CivilDate.days(inMonth: $0, year: year) }.reduce(0, +) == 337 + days)
    }
}
