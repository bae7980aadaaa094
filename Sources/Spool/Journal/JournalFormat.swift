// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// Writes and reads lines of a delivery journal, version 1: one JSON object a line, with `v`, `t` and `event`.
///
/// Reading skips what is not a whole line of version 1 with a known event: a torn last line, foreign text, later versions.
package enum JournalFormat {
    private static let version: Int64 = 1

    /// The line of a record, ended by LF.
    package static func line(_ record: JournalRecord, at time: Timestamp) -> [UInt8] {
        var members: [JSONValue.Member] = [
            .init("v", .integer(version)), .init("t", .string(time.description)),
        ]
        func add(_ name: String, _ value: JSONValue?) {
            if let value { members.append(.init(name, value)) }
        }
        switch record {
        case .attempt(let number, let relay, let peer, let tls):
            add("event", .string("attempt"))
            add("n", .integer(Int64(number)))
            add("relay", .string(relay))
            add("peer", peer.map(JSONValue.string))
            add("tls", tls.map(JSONValue.string))
        case .recipient(let line):
            add("event", .string("recipient"))
            add("to", .string(line.address))
            add("outcome", .string(line.outcome.rawValue))
            add("code", line.code.map { .integer(Int64($0)) })
            add("status", line.status.map(JSONValue.string))
            add("reply", .string(line.reply))
            add("unconfirmed", line.isUnconfirmed ? .bool(true) : nil)
        case .retry(let number, let next):
            add("event", .string("retry"))
            add("n", .integer(Int64(number)))
            add("next", .string(next.description))
        case .state(let from, let to, let by):
            add("event", .string("state"))
            add("from", .string(from.rawValue))
            add("to", .string(to.rawValue))
            add("by", .string(by))
        case .problem(let reason):
            add("event", .string("problem"))
            add("reason", .string(reason))
        case .date(let date):
            add("event", .string("date"))
            add("date", .string(date.description))
        case .report(let action, let id):
            add("event", .string("report"))
            add("action", .string(action))
            add("id", id.map(JSONValue.string))
        }
        return Array(JSONValue.object(members).text.utf8) + [UInt8(ascii: "\n")]
    }

    /// The records of a journal, in their order, each with its time.
    package static func records(in bytes: [UInt8]) -> [(time: Timestamp, record: JournalRecord)] {
        var records: [(time: Timestamp, record: JournalRecord)] = []
        var reader = JournalReader()
        reader.read(bytes) { time, record in records.append((time, record)) }
        return records
    }

    /// The record of a line without its end; nil when it is none of version 1 with a known event.
    static func record(in line: ArraySlice<UInt8>) -> (time: Timestamp, record: JournalRecord)? {
        guard line.count <= JournalReader.lineLimit, let value = JSONReader.read(line),
            value["v"]?.integer == version,
            let time = value["t"]?.string.flatMap({ try? Timestamp(parsing: $0) }),
            let record = record(of: value)
        else { return nil }
        return (time, record)
    }

    /// The number of an attempt: one that can be counted on from.
    private static func number(in value: JSONValue) -> Int? {
        value["n"]?.integer.flatMap { (0...1_000_000).contains($0) ? Int($0) : nil }
    }

    private static func record(of value: JSONValue) -> JournalRecord? {
        switch value["event"]?.string {
        case "attempt":
            guard let number = number(in: value), let relay = value["relay"]?.string else { return nil }
            return .attempt(
                number: number,
                relay: relay,
                peer: value["peer"]?.string,
                tls: value["tls"]?.string
            )
        case "recipient":
            guard let address = value["to"]?.string, let reply = value["reply"]?.string,
                let outcome = value["outcome"]?.string.flatMap(RecipientState.init(rawValue:))
            else { return nil }
            let line = JournalRecord.RecipientLine(
                address: address,
                outcome: outcome,
                code: value["code"]?.integer.flatMap { Int(exactly: $0) },
                status: value["status"]?.string,
                reply: reply,
                isUnconfirmed: value["unconfirmed"]?.bool ?? false
            )
            return .recipient(line)
        case "retry":
            guard let number = number(in: value),
                let next = value["next"]?.string.flatMap({ try? Timestamp(parsing: $0) })
            else { return nil }
            return .retry(number: number, next: next)
        case "state":
            guard let from = value["from"]?.string.flatMap(SpoolState.init(rawValue:)),
                let to = value["to"]?.string.flatMap(SpoolState.init(rawValue:)), let by = value["by"]?.string
            else { return nil }
            return .state(from: from, to: to, by: by)
        case "problem":
            return value["reason"]?.string.map(JournalRecord.problem)
        case "date":
            return value["date"]?.string.flatMap { try? Timestamp(parsing: $0) }.map(JournalRecord.date)
        case "report":
            return value["action"]?.string.map { .report(action: $0, id: value["id"]?.string) }
        default:
            return nil
        }
    }
}
