// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Logging
import Testing

@testable import SystemdSupport

struct JournalEntryTests {
    private struct Fault: Error, CustomStringConvertible {
        let description = "it broke"
    }

    private func fields(
        _ message: String,
        level: Logger.Level = .info,
        error: (any Error)? = nil,
        metadata: Logger.Metadata = [:]
    ) -> [String] {
        JournalEntry(identifier: "smtpqd", level: level, message: message, error: error, metadata: metadata)
            .fields
    }

    @Test("An entry has priority, identifier, its metadata as fields, and the message")
    func order() {
        let metadata: Logger.Metadata = [
            "SMTPQ_ID": "order-1001", "MESSAGE_ID": "e93c", "SMTPQ_DELAY_MS": "23",
        ]
        #expect(
            fields("delivered", metadata: metadata) == [
                "PRIORITY=6", "SYSLOG_IDENTIFIER=smtpqd", "MESSAGE_ID=e93c", "SMTPQ_DELAY_MS=23",
                "SMTPQ_ID=order-1001",
                "MESSAGE=delivered",
            ]
        )
    }

    @Test(
        "The priority is the syslog priority of the level",
        arguments: [
            (Logger.Level.trace, 7), (.debug, 7), (.info, 6), (.notice, 5), (.warning, 4), (.error, 3),
            (.critical, 2),
        ]
    )
    func priorities(level: Logger.Level, number: Int) {
        #expect(fields("x", level: level).first == "PRIORITY=\(number)")
    }

    @Test(
        "What is no field name, or the name of one of the entry's own fields, stands in the message",
        arguments: [
            "attempt", "", "_PID", "1ST", "SMTPQ-ID", "SMTPQ ID", "Ä", "A\nB", "A=B", "MESSAGE", "PRIORITY",
            "SYSLOG_IDENTIFIER", String(repeating: "A", count: 65),
        ]
    )
    func otherKeys(key: String) {
        #expect(
            fields("m", metadata: [key: "v"]) == [
                "PRIORITY=6", "SYSLOG_IDENTIFIER=smtpqd", "MESSAGE=m \(key)=v",
            ]
        )
    }

    @Test(
        "A value is one field whatever is in it",
        arguments: ["a\nPRIORITY=0", "\0", "a=b", "", "Grüße\r\n"]
    )
    func values(value: String) {
        let written = fields("m", metadata: ["SMTPQ_REPLY": "\(value)"])
        #expect(written.count == 4)
        #expect(written[2] == "SMTPQ_REPLY=" + value)
    }

    @Test("The error of a line stands in its message")
    func error() {
        #expect(fields("reload failed", error: Fault()).last == "MESSAGE=reload failed: it broke")
    }
}
