// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Logging
import Testing

@testable import SystemdSupport

struct LogfmtLineTests {
    private struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    private func line(
        _ message: String,
        level: Logger.Level = .info,
        error: (any Error)? = nil,
        metadata: Logger.Metadata = [:],
        hasPriority: Bool = false
    ) -> String {
        LogfmtLine(
            time: "2026-11-24T04:10:03Z",
            level: level,
            message: message,
            error: error,
            metadata: metadata,
            hasPriority: hasPriority
        ).text
    }

    @Test("A line has time, level, message and metadata in the order of their keys")
    func order() {
        let metadata: Logger.Metadata = ["SMTPQ_ID": "order-1001", "MESSAGE_ID": "e93c", "extra": "1"]
        #expect(
            line("delivered", metadata: metadata)
                == "time=2026-11-24T04:10:03Z level=info msg=delivered MESSAGE_ID=e93c SMTPQ_ID=order-1001 extra=1\n"
        )
    }

    @Test(
        "The priority before a line is the syslog priority of its level",
        arguments: [
            (Logger.Level.trace, 7), (.debug, 7), (.info, 6), (.notice, 5), (.warning, 4), (.error, 3),
            (.critical, 2),
        ]
    )
    func priorities(level: Logger.Level, number: Int) {
        #expect(line("x", level: level, hasPriority: true).hasPrefix("<\(number)>time="))
        #expect(line("x", level: level).hasPrefix("time="))
    }

    @Test(
        "A value is quoted where it has to be, and what could end the line is escaped",
        arguments: [
            ("plain", "plain"),
            ("", #""""#),
            ("two words", #""two words""#),
            ("a=b", #""a=b""#),
            (#"say "hi""#, #""say \"hi\"""#),
            (#"C:\"#, #""C:\\""#),
            ("a\nlevel=error", #""a\u{a}level=error""#),
            ("a\r\nb", #""a\u{d}\u{a}b""#),
            ("\u{1B}[2J", #""\u{1b}[2J""#),
            ("\u{85}\u{9B}\u{2028}", #""\u{85}\u{9b}\u{2028}""#),
            ("\u{202E}abc", #""\u{202e}abc""#),
            ("Grüße", #""Grüße""#),
        ]
    )
    func values(value: String, written: String) {
        #expect(line(value) == "time=2026-11-24T04:10:03Z level=info msg=\(written)\n")
        #expect(line("m", metadata: ["k": "\(value)"]).hasSuffix(" k=\(written)\n"))
        #expect(line("m", error: Fault(description: value)).hasSuffix(" msg=m error=\(written)\n"))
    }

    @Test(
        "A key cannot smuggle in a pair or a line",
        arguments: [("a b", "a_b"), ("a=1\nb", "a_1_b"), ("", "_"), ("ä", "_")]
    )
    func keys(key: String, written: String) {
        #expect(line("m", metadata: [key: "v"]).hasSuffix(" msg=m \(written)=v\n"))
    }
}
