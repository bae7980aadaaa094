// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailMessage
import MailTestKit
import SMTPProtocol
import Spool
import Testing

@Suite("Resolution rules")
struct ResolutionRulesTests {
    let rules = ResolutionRules(retry: .standard, keepQueue: false)
    let queuedAt: Timestamp
    let alice: EnvelopeRecipient
    let bob: EnvelopeRecipient

    init() throws {
        queuedAt = try Timestamp(parsing: "2026-11-24T09:00:00Z")
        alice = try EnvelopeRecipient(parsing: "<alice@example.net>")
        bob = try EnvelopeRecipient(parsing: "<bob@example.org>")
    }

    func outcome(_ verdict: RecipientOutcome.Verdict) -> RecipientOutcome {
        let code = [.delivered: 250, .deferred: 451, .failed: 550][verdict]
        return RecipientOutcome(
            verdict: verdict,
            code: code,
            status: nil,
            reply: "said so",
            isUnconfirmed: false
        )
    }

    func result(_ verdicts: RecipientOutcome.Verdict...) -> AttemptResult {
        var result = AttemptResult(relay: "primary", peer: "192.0.2.7:587", tls: "TLSv1.3")
        result.add(verdicts.map(outcome), for: [alice, bob])
        return result
    }

    func facts(
        attempts: Int = 0,
        expires: Timestamp? = nil,
        due: Int = 2,
        later: Timestamp? = nil,
        hasFailed: Bool = false
    ) -> MessageFacts {
        MessageFacts(
            attempts: attempts,
            queuedAt: queuedAt,
            expires: expires,
            dueCount: due,
            laterAttempt: later,
            hasFailedRecipient: hasFailed
        )
    }

    func verdict(
        _ result: AttemptResult,
        _ facts: MessageFacts,
        after age: Duration = .seconds(1),
        rules: ResolutionRules? = nil
    ) -> ResolutionRules.Verdict {
        var generator = SeededGenerator(seed: 1)
        return (rules ?? self.rules).verdict(
            on: [result],
            of: facts,
            now: queuedAt.adding(age),
            using: &generator
        )
    }

    @Test("a fault of the relay before any answer leaves the message untouched")
    func untouched() {
        let verdict = verdict(result(), facts())
        guard case .untouched = verdict.resolution else {
            Issue.record("\(verdict.resolution)")
            return
        }
    }

    @Test("all delivered ends the message, kept only with KeepQueue", arguments: [false, true])
    func delivered(keepQueue: Bool) {
        let rules = ResolutionRules(retry: .standard, keepQueue: keepQueue)
        let verdict = verdict(result(.delivered, .delivered), facts(), rules: rules)
        guard case .delivered(let lines, let keep) = verdict.resolution else {
            Issue.record("\(verdict.resolution)")
            return
        }
        #expect(keep == keepQueue)
        #expect(lines.count == 3)
    }

    @Test("one deferred of two is retried on schedule; the delivered one is on record")
    func partial() throws {
        let verdict = verdict(result(.delivered, .deferred), facts())
        guard case .retry(let lines) = verdict.resolution else {
            Issue.record("\(verdict.resolution)")
            return
        }
        let next = try #require(verdict.nextAttempt)
        let wait = next.millisecondsSinceEpoch - queuedAt.adding(.seconds(1)).millisecondsSinceEpoch
        #expect((48_000...72_000).contains(wait))
        #expect(lines.last == .retry(number: 1, next: next))
        #expect(lines.contains(result(.delivered).answers[0].record))
    }

    @Test("a refused recipient fails the message once nobody is open, and not before")
    func failed() {
        if case .failed = verdict(result(.delivered, .failed), facts()).resolution {
        } else {
            Issue.record("not failed")
        }
        if case .retry = verdict(result(.failed, .deferred), facts()).resolution {
        } else {
            Issue.record("not retried")
        }
        let last = verdict(result(.delivered), facts(attempts: 1, due: 1, hasFailed: true))
        if case .failed = last.resolution {} else { Issue.record("an earlier failure was forgotten") }
    }

    @Test(
        "T21: a message that has passed more servers than allowed is given up as a loop, without an attempt"
    )
    func loop() throws {
        func verdict(_ receivedCount: Int) -> ResolutionRules.Verdict? {
            let facts = MessageFacts(
                attempts: 0,
                queuedAt: queuedAt,
                dueCount: 2,
                receivedCount: receivedCount
            )
            return rules.verdictWithoutAttempt(on: facts, open: [alice, bob], now: queuedAt)
        }
        #expect(verdict(50) == nil)
        let loop = try #require(verdict(51))
        #expect(loop.resolution == .failed(lines: loop.results.flatMap(\.answers).map(\.record)))
        #expect(loop.results.flatMap(\.answers).map(\.outcome.status?.description) == ["5.4.6", "5.4.6"])
    }

    @Test(
        "a message whose Queue-Expires is over is not sent late; the last attempt, due at that moment, is made",
        arguments: [(-1, true), (0, true), (59, true), (61, false), (86400, false)]
    )
    func expired(seconds: Int, isTried: Bool) {
        let expires = queuedAt.adding(.seconds(3600))
        let now = expires.adding(.seconds(seconds))
        let verdict = rules.verdictWithoutAttempt(on: facts(expires: expires), open: [alice], now: now)
        #expect((verdict == nil) == isTried)
        #expect(verdict?.results.flatMap(\.answers).allSatisfy { $0.outcome.verdict == .failed } ?? true)
    }

    @Test("a message without open recipients is brought to its end", arguments: [false, true])
    func nobodyOpen(hasFailed: Bool) {
        let verdict = rules.verdictWithoutAttempt(
            on: facts(due: 0, hasFailed: hasFailed),
            open: [],
            now: queuedAt
        )
        #expect(verdict?.resolution == (hasFailed ? .failed(lines: []) : .delivered(lines: [], keep: false)))
    }

    @Test("a fault after some answers records them and counts no attempt")
    func cutShort() {
        let verdict = verdict(result(.delivered), facts())
        guard case .retry(let lines) = verdict.resolution else {
            Issue.record("\(verdict.resolution)")
            return
        }
        #expect(lines == [result(.delivered).answers[0].record])
        #expect(verdict.nextAttempt == nil)
    }

    @Test(
        "a fault after a deferral is an attempt; who was not answered is due at once, the deferred one at its time"
    )
    func cutShortAfterDeferral() throws {
        let verdict = verdict(result(.deferred), facts())
        #expect(verdict.isStillDue)
        guard case .retry(let lines) = verdict.resolution else {
            Issue.record("\(verdict.resolution)")
            return
        }
        #expect(lines.first == result().attemptRecord(number: 1))
        #expect(lines.last == .retry(number: 1, next: try #require(verdict.nextAttempt)))
    }

    @Test("groups of one message count as one attempt; their answers are judged together")
    func groups() {
        var generator = SeededGenerator(seed: 1)
        let verdict = rules.verdict(
            on: [result(.delivered), result(.failed)],
            of: facts(),
            now: queuedAt,
            using: &generator
        )
        guard case .failed(let lines) = verdict.resolution else {
            Issue.record("\(verdict.resolution)")
            return
        }
        #expect(lines.filter { $0 == result().attemptRecord(number: 1) }.count == 2)
    }

    @Test("while a recipient waits for its time the message stays, whatever the others got")
    func laterRecipient() {
        let time = queuedAt.adding(.seconds(60))
        for verdictOfTheOther in [RecipientOutcome.Verdict.delivered, .failed] {
            let verdict = verdict(result(verdictOfTheOther), facts(attempts: 1, due: 1, later: time))
            #expect(verdict.nextAttempt == time)
            if case .retry = verdict.resolution {} else { Issue.record("\(verdict.resolution)") }
        }
    }

    @Test("a deferral after MaxAge fails, with the last reply and how long it was tried")
    func givenUp() throws {
        let verdict = verdict(
            result(.deferred, .deferred),
            facts(attempts: 30),
            after: .seconds(5 * 86400 + 1)
        )
        if case .failed = verdict.resolution {} else { Issue.record("\(verdict.resolution)") }
        let reply = try #require(verdict.results.first?.answers.first?.outcome.reply)
        #expect(reply == "said so (given up after 120 h)")
    }

    @Test(
        "T27: a clock that jumps ahead, or a file from long ago, gives up nothing before the schedule has had its attempts",
        arguments: [6, 365].map { Duration.seconds($0 * 86400) }
    )
    func T27_clockAhead(step: Duration) {
        let attempts = RetryPolicy.standard.attemptsWithinMaxAge
        #expect((25...35).contains(attempts), "5 days of the standard schedule, each interval at its longest")
        for earlier in 0...attempts {
            let verdict = verdict(result(.deferred, .deferred), facts(attempts: earlier), after: step)
            let isGivenUp = if case .failed = verdict.resolution { true } else { false }
            #expect(isGivenUp == (earlier + 1 >= attempts), "after \(earlier) attempts")
            if !isGivenUp {
                let next = verdict.nextAttempt.map { $0 > queuedAt.adding(step) }
                #expect(next == true, "not tried again")
            }
        }
    }

    @Test(
        "T27: a clock that is set back stalls nothing: the next attempt is at its usual distance",
        arguments: [1, 365].map { Duration.seconds(-$0 * 86400) }
    )
    func T27_clockBack(step: Duration) throws {
        let now = queuedAt.adding(step)
        for attempts in 0..<40 {
            let verdict = verdict(result(.deferred, .deferred), facts(attempts: attempts), after: step)
            let next = try #require(verdict.nextAttempt)
            #expect(next > now && next <= now.adding(.seconds(5 * 3600)))
        }
    }

    @Test("the sender's own expiry is kept to, with one last attempt at that time")
    func expires() throws {
        let expires = queuedAt.adding(.seconds(30))
        let early = verdict(result(.deferred, .deferred), facts(expires: expires))
        #expect(early.nextAttempt == expires)
        let late = verdict(result(.deferred, .deferred), facts(expires: expires), after: .seconds(30))
        if case .failed = late.resolution {} else { Issue.record("\(late.resolution)") }
    }
}

@Suite("Retry policy")
struct RetryPolicyTests {
    @Test("the standard schedule is 1 min, 5 min, 15 min, 1 h, 2 h, then 4 h, each within 20 %")
    func schedule() throws {
        let now = try Timestamp(parsing: "2026-11-24T09:00:00Z")
        let minutes: [Int64] = [1, 5, 15, 60, 120, 240, 240]
        for (index, expected) in minutes.enumerated() {
            for seed in UInt64(0)..<50 {
                var generator = SeededGenerator(seed: seed)
                let next = RetryPolicy.standard.nextAttempt(
                    afterFailedAttempts: index + 1,
                    now: now,
                    using: &generator
                )
                let wait = next.millisecondsSinceEpoch - now.millisecondsSinceEpoch
                #expect((expected * 48_000...expected * 72_000).contains(wait))
            }
        }
    }
}
