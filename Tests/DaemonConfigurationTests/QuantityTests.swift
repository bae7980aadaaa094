// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import DaemonConfiguration

struct QuantityTests {
    @Test(
        "A time is a number with a unit, seconds without one",
        arguments: [
            ("30", 30), ("30s", 30), ("30 sec", 30), ("5m", 300), ("5min", 300), ("5MIN", 300),
            ("4h", 14_400), ("5d", 432_000),
            ("2w", 1_209_600), ("0", nil), ("-1", nil), ("", nil), ("s", nil), ("5 minutes", nil),
            ("1h30m", nil), ("1.5h", nil),
            ("٣", nil), ("11y", nil), ("600w", nil), ("99999999999999999999", nil),
            ("9223372036854775807w", nil),
        ] as [(String, Int64?)]
    )
    func durations(text: String, seconds: Int64?) {
        #expect(Quantity.duration(text) == seconds.map { .seconds($0) })
    }

    @Test(
        "A size is a number with a unit, bytes without one",
        arguments: [
            ("1048576", 1_048_576), ("4096B", 4096), ("64KiB", 65_536), ("100 MiB", 104_857_600),
            ("1gib", 1_073_741_824),
            ("64kB", 64_000), ("1MB", 1_000_000), ("1GB", 1_000_000_000), ("0", nil), ("MiB", nil),
            ("1TiB", nil), ("-1", nil),
            ("9223372036854775807GiB", nil),
        ] as [(String, Int64?)]
    )
    func sizes(text: String, bytes: Int64?) {
        #expect(Quantity.byteCount(text) == bytes)
    }

    @Test("The distance of two words counts what has to be changed")
    func distance() {
        #expect(EditDistance.between("MailServer", "MailServer") == 0)
        #expect(EditDistance.between("MailSever", "MailServer") == 1)
        #expect(EditDistance.between("kitten", "sitting") == 3)
        #expect(EditDistance.between("", "abc") == 3)
        #expect(EditDistance.between("abc", "") == 3)
    }
}
