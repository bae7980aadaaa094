// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import ProgramOutput
import Testing

@testable import Submission
@testable import smtpq

@Suite("A time on the command line")
struct TimeArgumentTests {
    private let now = Timestamp(millisecondsSinceEpoch: 1_000_000_000_000)

    @Test(
        "is a distance from now",
        arguments: [
            ("90s", 90), ("30min", 1800), ("2h", 7200), ("3d", 259_200), ("1w", 604_800), ("+2h", 7200),
            ("0s", 0),
        ]
    )
    func distances(text: String, seconds: Int64) throws {
        #expect(try TimeArgument.time(text, option: "--after", now: now) == now.adding(.seconds(seconds)))
    }

    @Test("is a date")
    func dates() throws {
        let expected = try Timestamp(parsing: "2026-11-24T09:00:00Z")
        #expect(try TimeArgument.time("2026-11-24T10:00:00+01:00", option: "--after", now: now) == expected)
    }

    @Test(
        "is nothing else",
        arguments: ["", "2", "h", "-2h", "2 h", "2m", "tomorrow", "1000001s", "99999999999999999999s", "٣h"]
    )
    func others(text: String) {
        let error = #expect(throws: CommandFailure.self) {
            try TimeArgument.time(text, option: "--after", now: now)
        }
        #expect(error?.status == .usage)
        #expect(error?.summary.hasPrefix("--after: ") == true)
    }

    @Test("as a span is a distance alone")
    func spans() throws {
        #expect(try TimeArgument.duration("250ms", option: "--delay") == .milliseconds(250))
        for text in ["+2s", "2026-11-24T09:00:00Z", "soon"] {
            #expect(throws: CommandFailure.self) { try TimeArgument.duration(text, option: "--delay") }
        }
    }
}
