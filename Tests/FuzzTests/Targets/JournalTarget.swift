// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage

@testable import Spool

/// Delivery journals and the status file.
enum JournalTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        if let value = JSONReader.read(input[...]) {
            try FuzzTarget.expectPrintable(value.text)
            try Violation.unless(
                JSONReader.read(Array(value.text.utf8)[...]) == value,
                "a value is read as it is written"
            )
            if let status = DaemonStatus(json: value) {
                try Violation.unless(
                    DaemonStatus(json: status.json) == status,
                    "a status is read as it is written"
                )
            }
        }
        let records = JournalFormat.records(in: input)
        for (time, record) in records {
            let line = JournalFormat.line(record, at: time)
            try Violation.unless(
                line.firstIndex(of: UInt8(ascii: "\n")) == line.count - 1,
                "a record is one line"
            )
            let read = JournalFormat.records(in: line)
            try Violation.unless(
                read.count == 1 && read[0].time == time && read[0].record == record,
                "a record is read as it is written"
            )
        }
        for pieces in FuzzTarget.splits(of: input) {
            var reader = JournalReader()
            var read: [JournalRecord] = []
            for piece in pieces { reader.read(piece) { read.append($1) } }
            try Violation.unless(read == records.map(\.record), "a journal is read alike however it is split")
        }
        let history = MessageHistory(records: records)
        try Violation.unless((0...1 << 32).contains(history.attempts), "attempts can be counted on")
        let torn = JournalFormat.records(in: input + Array("{\"v\":1,".utf8))
        try Violation.unless(torn.map(\.record) == records.map(\.record), "a torn last line changes nothing")
    }
}
