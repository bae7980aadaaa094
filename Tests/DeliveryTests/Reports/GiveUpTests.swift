// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Foundation
import MailTestKit
import Spool
import Testing

@Suite("A message that a person gives up")
struct GiveUpTests {
    private let directory: TemporaryDirectory
    private let queue: QueueDirectory
    private let stem: MessageStem

    init() throws {
        directory = try TemporaryDirectory()
        queue = try QueueDirectory.open(directory.path)
        stem = try MessageStem("order-1001")
    }

    private func drop(sender: String = "<app@app.example>", notify: String = "") throws {
        let text = """
            Queue-From: \(sender)
            Queue-To: <alice@example.net> \(notify)
            Queue-To: <bob@example.org> \(notify)

            Subject: Your order

            Text

            """
        try directory.write(text, to: "order-1001.queued")
    }

    private func giveUp(_ policy: ReportPolicy? = nil) throws {
        var desk = ReportDesk(try policy ?? ReportSamples.policy())
        try queue.giveUp(stem, reporting: &desk)
    }

    /// The texts of the reports in the queue.
    private func reports() throws -> [String] {
        try queue.listing().stems(in: .queued).map { stem in
            String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: directory.file("\(stem).queued"))),
                as: UTF8.self
            )
        }
    }

    private func journal() throws -> [JournalRecord] {
        JournalFormat.records(in: try #require(try queue.journal(of: stem))).map(\.record)
    }

    @Test("is reported on, with what was last said of each recipient, before it is failed")
    func report() throws {
        try drop()
        let earlier = JournalRecord.recipient(
            .init(
                address: "bob@example.org",
                outcome: .deferred,
                code: 451,
                status: "4.7.1",
                reply: "greylisted"
            )
        )
        try directory.write(
            String(decoding: JournalFormat.line(earlier, at: .now()), as: UTF8.self),
            to: "order-1001.journal"
        )
        try giveUp()
        let report = try #require(try reports().first)
        for line in [
            "Queue-To: <app@app.example> NOTIFY=NEVER\n", "Final-Recipient: rfc822; alice@example.net\r\n",
            "Status: 5.0.0\r\n", "not delivered so far (given up by an administrator)",
            "Final-Recipient: rfc822; bob@example.org\r\n", "Status: 4.7.1\r\n",
            "451 4.7.1 greylisted (given up by an administrator)",
        ] {
            #expect(report.contains(line), "\(line)")
        }
        let lines = try journal()
        guard case .report("failed", let id?) = lines.dropLast().last,
            case .state(.held, .failed, _) = lines.last
        else {
            return #expect(Bool(false), "\(lines)")
        }
        #expect(try queue.listing().stems(in: .queued).map(\.text) == [id])
    }

    @Test(
        "is reported on to nobody who does not want it",
        arguments: [
            ("<>", ""), ("<app@app.example>", "NOTIFY=NEVER"), ("<app@app.example>", "NOTIFY=SUCCESS"),
        ]
    )
    func nobody(sender: String, notify: String) throws {
        try drop(sender: sender, notify: notify)
        try giveUp()
        #expect(try reports() == [])
        #expect(try queue.state(of: stem) == .failed)
    }

    @Test("is not reported on where reports are off, and only journalled behind the limit")
    func settings() throws {
        try drop()
        var desk = ReportDesk(nil)
        try queue.giveUp(stem, reporting: &desk)
        #expect(try reports() == [])
        try queue.requeue(stem)
        var policy = try ReportSamples.policy()
        policy.limitPerHour = 0
        try giveUp(policy)
        #expect(try reports() == [])
        #expect(try journal().contains(.report(action: "failed", id: nil)))
    }

    @Test("is reported on once, whether the command is repeated after the report or after the journal")
    func repeated() throws {
        try drop()
        try giveUp()
        let first = try #require(try queue.listing().stems(in: .queued).first)
        // As a crash would leave it behind the report, and behind the journal.
        let journal = directory.file("order-1001.journal")
        let whole = try Data(contentsOf: URL(fileURLWithPath: journal))
        for left in [Data(), whole] {
            try FileManager.default.moveItem(
                atPath: directory.file("order-1001.failed"),
                toPath: directory.file("order-1001.held")
            )
            try left.write(to: URL(fileURLWithPath: journal))
            if left == whole { try queue.delete(first) }
            try giveUp()
            #expect(try queue.listing().stems(in: .queued) == (left == whole ? [] : [first]))
            #expect(try queue.state(of: stem) == .failed)
        }
    }
}
