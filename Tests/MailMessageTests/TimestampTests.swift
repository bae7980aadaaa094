// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@Suite("A timestamp")
struct TimestampTests {
    @Test(
        "is read from RFC 3339 with any offset, and written in UTC",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
            ("2026-11-24T04:10:03.123Z", 1_795_493_403_123, "2026-11-24T04:10:03.123Z"),
            ("2026-11-24t04:10:03.1z", 1_795_493_403_100, "2026-11-24T04:10:03.100Z"),
            ("2026-11-24 04:10:03.1239999Z", 1_795_493_403_123, "2026-11-24T04:10:03.123Z"),
            ("2026-11-24T05:40:03+01:30", 1_795_493_403_000, "2026-11-24T04:10:03Z"),
            ("2026-11-23T23:10:03-05:00", 1_795_493_403_000, "2026-11-24T04:10:03Z"),
            ("2000-02-29T12:00:00Z", 951_825_600_000, "2000-02-29T12:00:00Z"),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000, "2017-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ]
    )
    func parsed(_ text: String, _ milliseconds: Int64, _ written: String) throws {
        let time = try Timestamp(parsing: text)
        #expect(time.millisecondsSinceEpoch == milliseconds)
        #expect(time.description == written)
        #expect(try Timestamp(parsing: time.description) == time)
    }

    @Test(
        "is refused when it is anything else",
        arguments: [
            "", "now", "2026-11-24", "2026-11-24T04:10Z", "2026-11-24T04:10:03", "2026-13-24T04:10:03Z",
            "2026-00-24T04:10:03Z",
            "2026-02-29T04:10:03Z", "1900-02-29T00:00:00Z", "2026-11-31T04:10:03Z", "2026-11-00T04:10:03Z",
            "2026-11-24T24:00:00Z",
            "2026-11-24T04:60:03Z", "2026-11-24T04:10:61Z", "2026-11-24T04:10:03.Z",
            "2026-11-24T04:10:03+1:00", "2026-11-24T04:10:03+24:00",
            "2026-11-24T04:10:03+01:60", "2026-11-24T04:10:03ZZ", " 2026-11-24T04:10:03Z",
            "2026-11-24T04:10:03Z ", "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "+2026-11-24T04:10:03Z",
            "２０２６-11-24T04:10:03Z",
            "2026-11-24T04:10:03." + String(repeating: "1", count: 100) + "Z",
        ]
    )
    func refused(_ text: String) {
        #expect(throws: TimestampError.self) { try Timestamp(parsing: text) }
    }

    @Test("T27: from any clock or file lies in the years that can be written")
    func T27_extremeTimes() throws {
        for seconds in [Int64.min, -1, 0, 1, 253_402_300_800, .max] {
            for nanoseconds in [Int64(0), 999_999_999, .max, .min] {
                let time = Timestamp(secondsSinceEpoch: seconds, nanoseconds: nanoseconds)
                #expect(try Timestamp(parsing: time.description) == time)
            }
        }
        #expect(Timestamp(secondsSinceEpoch: .max) == .latest)
        #expect(Timestamp(secondsSinceEpoch: -5) == .earliest)
        #expect(Timestamp(millisecondsSinceEpoch: .min) == .earliest)
    }

    @Test(
        "moves by durations, to the millisecond, and stops at the ends",
        arguments: [
            (Duration.milliseconds(1500), Int64(1_001_500)), (.seconds(-1), 999_000),
            (.microseconds(1999), 1_000_001),
            (.zero, 1_000_000), (.seconds(-1_000_000), 0), (.seconds(Int64.max), 253_402_300_799_999),
            (.seconds(Int64.min), 0),
        ]
    )
    func adding(_ duration: Duration, _ milliseconds: Int64) {
        #expect(
            Timestamp(millisecondsSinceEpoch: 1_000_000).adding(duration).millisecondsSinceEpoch
                == milliseconds
        )
    }

    @Test("is ordered by time")
    func order() {
        #expect(Timestamp(millisecondsSinceEpoch: 1) < Timestamp(millisecondsSinceEpoch: 2))
    }
}
