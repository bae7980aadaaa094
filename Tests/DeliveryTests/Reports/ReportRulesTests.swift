// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailMessage
import SMTPProtocol
import Spool
import Testing

@Suite("Report rules")
struct ReportRulesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let notify: String
        let verdict: RecipientOutcome.Verdict
        let offersDSN: Bool
        let age: Duration
        let expected: ReportKind?

        var testDescription: String { "\(notify) \(verdict) DSN=\(offersDSN) \(age)" }
    }

    private static let hours5 = Duration.seconds(5 * 3600)

    static let cases: [Case] = [
        .init(notify: "", verdict: .failed, offersDSN: true, age: .zero, expected: .failed),
        .init(notify: "NOTIFY=FAILURE", verdict: .failed, offersDSN: false, age: .zero, expected: .failed),
        .init(notify: "NOTIFY=NEVER", verdict: .failed, offersDSN: false, age: .zero, expected: nil),
        .init(notify: "NOTIFY=SUCCESS,DELAY", verdict: .failed, offersDSN: false, age: .zero, expected: nil),
        .init(notify: "", verdict: .deferred, offersDSN: false, age: hours5, expected: nil),
        .init(notify: "NOTIFY=DELAY", verdict: .deferred, offersDSN: true, age: hours5, expected: .delayed),
        .init(
            notify: "NOTIFY=DELAY",
            verdict: .deferred,
            offersDSN: true,
            age: .seconds(14399),
            expected: nil
        ),
        .init(notify: "NOTIFY=FAILURE", verdict: .deferred, offersDSN: true, age: hours5, expected: nil),
        .init(notify: "NOTIFY=NEVER", verdict: .deferred, offersDSN: true, age: hours5, expected: nil),
        .init(notify: "", verdict: .delivered, offersDSN: false, age: .zero, expected: nil),
        .init(notify: "NOTIFY=SUCCESS", verdict: .delivered, offersDSN: true, age: .zero, expected: nil),
        .init(
            notify: "NOTIFY=success",
            verdict: .delivered,
            offersDSN: false,
            age: .zero,
            expected: .relayed
        ),
        .init(notify: "NOTIFY=NEVER", verdict: .delivered, offersDSN: false, age: .zero, expected: nil),
    ]

    @Test("the wish of the sender, the answer and the relay decide what is told", arguments: cases)
    func wishes(_ row: Case) throws {
        let answer = try ReportSamples.answer("<bob@example.org> \(row.notify)", row.verdict)
        let reports = try ReportSamples.reports(
            [answer],
            relay: ReportingRelay(host: "relay", offersDSN: row.offersDSN),
            now: ReportSamples.queuedAt.adding(row.age)
        )
        #expect(reports.map(\.kind) == [row.expected].compactMap(\.self))
        #expect(
            reports.allSatisfy { $0.answers == [answer] && $0.recipient.description == "app@app.example" }
        )
    }

    @Test("T21: a message from nobody makes no report, whatever its recipients wish")
    func nullSender() throws {
        let answers = [try ReportSamples.answer("<bob@example.org> NOTIFY=SUCCESS,FAILURE,DELAY")]
        #expect(try ReportSamples.reports(answers, subject: ReportSamples.subject("<>")).isEmpty)
    }

    @Test("of one attempt there is one report of each kind, about those whom it concerns")
    func oneOfEachKind() throws {
        let all = "NOTIFY=SUCCESS,FAILURE,DELAY"
        let answers = [
            try ReportSamples.answer("<a@example.org> \(all)", .failed),
            try ReportSamples.answer("<b@example.org> \(all)", .delivered),
            try ReportSamples.answer("<c@example.org> \(all)", .deferred),
            try ReportSamples.answer("<d@example.org> \(all)", .failed),
            try ReportSamples.answer("<e@example.org> NOTIFY=NEVER", .failed),
        ]
        let reports = try ReportSamples.reports(answers)
        #expect(reports.map(\.kind) == [.failed, .delayed, .relayed])
        #expect(reports.map { $0.answers.map(\.recipient.address.localPart) } == [["a", "d"], ["c"], ["b"]])
        #expect(Set(reports.map(\.stem)).count == 3)
    }

    @Test("that a message is late is told once")
    func lateOnce() throws {
        let answers = [try ReportSamples.answer("<bob@example.org> NOTIFY=DELAY", .deferred)]
        let told = try ReportSamples.subject(wasReportedLate: true)
        #expect(try ReportSamples.reports(answers, subject: told).isEmpty)
    }

    @Test("the same report has the same name, another attempt, recipient or requeue another one")
    func names() throws {
        let bob = try ReportSamples.answer("<bob@example.org>")
        let alice = try ReportSamples.answer("<alice@example.org>")
        let same = try ReportSamples.answer("<bob@example.org>", reply: "said in other words")
        let subjects = [
            try ReportSamples.subject(), try ReportSamples.subject(attempt: 2),
            try ReportSamples.subject(requeueCount: 1),
        ]
        let first = try ReportSamples.reports([bob])[0].stem
        #expect(
            try ReportSamples.reports([same], now: ReportSamples.now.adding(.seconds(9)))[0].stem == first
        )
        let names = try subjects.map { try ReportSamples.reports([bob], subject: $0)[0].stem }
        #expect(names[0] == first)
        #expect(Set(names + [try ReportSamples.reports([alice])[0].stem]).count == 4)
    }
}
