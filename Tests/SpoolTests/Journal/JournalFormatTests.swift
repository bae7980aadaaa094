// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import Testing

@testable import Spool

@Suite struct JournalFormatTests {
    private func records(_ bytes: [UInt8]) -> [JournalRecord] {
        JournalFormat.records(in: bytes).map(\.record)
    }

    @Test("Every record is read as it was written, with its time")
    func roundTrip() {
        let read = JournalFormat.records(in: Samples.journal(Samples.records, at: QueueBench.now))
        #expect(read.map(\.record) == Samples.records)
        #expect(read.allSatisfy { $0.time == QueueBench.now })
    }

    @Test(
        "The lines are those that the format promises",
        arguments: [
            (
                0,
                #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"attempt","n":1,"relay":"primary","peer":"192.0.2.7:587","tls":"TLSv1.3"}"#
            ),
            (1, #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"attempt","n":2,"relay":"primary"}"#),
            (
                2,
                #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"recipient","to":"alice@example.net","outcome":"delivered","code":250,"status":"2.0.0","reply":"Ok: queued as 4F1"}"#
            ),
            (
                3,
                #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"recipient","to":"bob@example.org","outcome":"deferred","reply":"connection lost","unconfirmed":true}"#
            ),
            (5, #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"retry","n":2,"next":"2020-09-13T12:27:46Z"}"#),
            (
                6,
                #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"state","from":"failed","to":"queued","by":"root"}"#
            ),
            (
                7,
                #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"problem","reason":"line 3: Queue-Color is not a known field"}"#
            ),
            (8, #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"date","date":"2020-09-13T12:25:40Z"}"#),
        ]
    )
    func lines(index: Int, text: String) {
        let line = JournalFormat.line(Samples.records[index], at: QueueBench.now)
        #expect(String(decoding: line, as: UTF8.self) == text + "\n")
    }

    @Test("A journal cut anywhere keeps its whole lines and no half one")
    func tornLastLine() {
        let lines = Samples.records.map { JournalFormat.line($0, at: QueueBench.now) }
        let bytes = Array(lines.joined())
        for length in 0...bytes.count {
            var whole = 0
            var end = 0
            while whole < lines.count, end + lines[whole].count <= length {
                end += lines[whole].count
                whole += 1
            }
            #expect(records(Array(bytes.prefix(length))) == Array(Samples.records.prefix(whole)))
        }
    }

    @Test("Lines of others are skipped, and those around them are read")
    func foreignLines() {
        let good = JournalFormat.line(.problem("good"), at: QueueBench.now)
        let others = [
            "", "  ", "text", "{}", "[]", "null", #"{"v":1}"#,
            #"{"v":2,"t":"2020-09-13T12:26:40Z","event":"problem","reason":"later"}"#,
            #"{"t":"2020-09-13T12:26:40Z","event":"problem","reason":"none"}"#,
            #"{"v":1,"event":"problem","reason":"no time"}"#,
            #"{"v":1,"t":"now","event":"problem","reason":"bad time"}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"new","reason":"x"}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"problem"}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"attempt","n":"1","relay":"x"}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"attempt","n":9223372036854775807,"relay":"x"}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"attempt","n":-1,"relay":"x"}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"retry","n":4294967296,"next":"2020-09-13T12:26:40Z"}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"recipient","to":"a@b","outcome":"eaten","reply":""}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"recipient","to":1,"outcome":"failed","reply":""}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"retry","n":1,"next":"soon"}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"state","from":"failed","to":"gone","by":"x"}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"date","date":""}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"problem","reason":"a"} x"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"attempt","n":9223372036854775807,"relay":"x"}"#,
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"retry","n":-1,"next":"2020-09-13T12:26:40Z"}"#,
            String(repeating: "[", count: 100_000), "\0\u{1}\u{7F}",
        ]
        for other in others {
            let bytes = good + Array((other + "\n").utf8) + [0xFF, 0xC3, 0x0A] + good
            #expect(records(bytes) == [.problem("good"), .problem("good")], "\(other)")
        }
    }

    @Test("An unknown member of a known record is no hindrance")
    func unknownMembers() {
        let line =
            #"{"v":1,"t":"2020-09-13T12:26:40Z","event":"problem","reason":"a","more":{"x":[true,null]}}"#
            + "\n"
        #expect(records(Array(line.utf8)) == [.problem("a")])
    }

    @Test("T2: what a relay says stays one value of one record", arguments: HostileValues.separators)
    func T2_repliesStayOneRecord(separator: Unicode.Scalar) {
        let forged = String(
            decoding: JournalFormat.line(Samples.line("bob@example.org", .delivered), at: QueueBench.now),
            as: UTF8.self
        )
        let texts = [
            "ok\(separator)\(forged)\(separator)", "\"}\(separator)\(forged)", "\\\(separator)\(forged)",
            "\\\"}\(separator)\(forged)\(separator){\"",
            "\",\"outcome\":\"delivered\",\"x\":\"\(separator)",
        ]
        for text in texts {
            let record = JournalRecord.recipient(
                .init(
                    address: "a\(separator)@b.example",
                    outcome: .deferred,
                    code: 451,
                    status: text,
                    reply: text
                )
            )
            for hostile in [
                record, .problem(text), .attempt(number: 1, relay: text, peer: text, tls: text),
                .state(from: .held, to: .queued, by: text),
            ] {
                let line = JournalFormat.line(hostile, at: QueueBench.now)
                #expect(line.firstIndex(of: UInt8(ascii: "\n")) == line.count - 1)
                #expect(
                    !String(decoding: line.dropLast(), as: UTF8.self).unicodeScalars.contains {
                        HostileValues.separators.contains($0)
                    }
                )
                #expect(records(line) == [hostile])
            }
        }
    }

    @Test("Random bytes and mutated journals never trap")
    func mutations() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<2000 {
            var bytes = Samples.journal(Samples.records)
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = MessageHistory(records: JournalFormat.records(in: bytes))
        }
    }

    @Test("A journal of any size is folded in pieces of any size; a line that is too long hides no other")
    func pieces() {
        var bytes: [UInt8] = []
        for number in 1...500 {
            bytes += JournalFormat.line(
                .attempt(number: number, relay: "x", peer: nil, tls: nil),
                at: QueueBench.now
            )
            bytes += JournalFormat.line(Samples.line("b@b.example", .deferred), at: QueueBench.now)
        }
        let long = Array(("{\"v\":1," + String(repeating: " ", count: JournalReader.lineLimit) + "\n").utf8)
        bytes += long + JournalFormat.line(Samples.line("a@b.example", .delivered), at: QueueBench.now)
        for size in [1, 7, 4096, bytes.count] {
            var reader = JournalReader()
            var history = MessageHistory()
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.read(bytes[start..<min(start + size, bytes.count)]) { history.apply($1, at: $0) }
            }
            #expect(history.attempts == 500)
            #expect(history.recipients.count == 2)
            #expect(history == MessageHistory(records: JournalFormat.records(in: bytes)))
        }
    }
}
