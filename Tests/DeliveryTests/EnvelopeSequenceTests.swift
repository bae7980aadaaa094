// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Foundation
import MailMessage
import MailTestKit
import SMTPProtocol
import Spool
import Testing

/// One message through any sequence of attempts, partial success, restarts and crashes, against a model of what its envelope
/// and its journal promise.
@Suite("Envelope through its life")
struct EnvelopeSequenceTests {
    private struct Model {
        let after: Timestamp?
        let expires: Timestamp?
        var next: Timestamp?
        var open: [EnvelopeRecipient]
        var deferred: Set<EnvelopeRecipient> = []
        var hasFailed = false

        /// Who is to be tried; nil when it is not the time.
        func due(_ now: Timestamp) -> [EnvelopeRecipient]? {
            if let after, after > now { return nil }
            guard let next, next > now else { return open }
            // Whoever had no answer does not wait for the time that is given to those who have.
            let due = open.filter { !deferred.contains($0) }
            return due.isEmpty || due.count == open.count ? nil : due
        }
    }

    private static let grace = Duration.seconds(60)
    private let rules = ResolutionRules(retry: .standard, keepQueue: true)

    @Test(
        "Queue-After, Queue-Expires and the schedule are kept, and nobody is tried after a final answer",
        arguments: 0..<150
    )
    func sequence(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let directory = try TemporaryDirectory()
        var queue = try QueueDirectory.open(directory.path)
        let stem = try MessageStem("m")
        let start = Timestamp.now()
        var now = start.adding(.seconds(5))
        let recipients = try (0..<3).map { try EnvelopeRecipient(parsing: "<r\($0)@example.org>") }
        var model = Model(
            after: Bool.random(using: &generator)
                ? start.adding(.seconds(.random(in: 0...7200, using: &generator))) : nil,
            expires: Bool.random(using: &generator)
                ? start.adding(.seconds(.random(in: 3600...90_000, using: &generator))) : nil,
            open: recipients
        )
        let block = try QueueFileEnvelope(
            sender: EnvelopeSender(path: .null),
            recipients: recipients,
            after: model.after,
            expires: model.expires
        ).encoded()
        try Data(block + Array("From: a@b.example\n\nx\n".utf8)).write(
            to: URL(fileURLWithPath: directory.file("m.queued"))
        )
        for _ in 0..<80 {
            now = now.adding(.seconds(Int.random(in: 0...10_000, using: &generator)))
            if Int.random(in: 0..<4, using: &generator) == 0 {
                queue = try QueueDirectory.open(directory.path)
            }
            let claimed: ClaimedMessage
            do throws(ClaimError) {
                claimed = try queue.claim(stem, now: now, maxMessageBytes: 1 << 20)
            } catch {
                switch error {
                case .notDueBefore(let time), .postdated(until: let time):
                    #expect(time > now && model.due(now) == nil)
                    continue
                default: throw error
                }
            }
            #expect(claimed.dueRecipients == model.due(now))
            #expect(claimed.openRecipients == model.open)
            let facts = MessageFacts(claimed)
            if Int.random(in: 0..<5, using: &generator) == 0 {
                // The process dies with the message on its way.
                _ = try queue.recover(keepQueue: true, now: now)
                continue
            }
            let verdict: ResolutionRules.Verdict
            if let untried = rules.verdictWithoutAttempt(on: facts, open: model.open, now: now) {
                let expired = model.expires.map { $0.adding(Self.grace) < now } ?? false
                #expect(model.open.isEmpty || expired)
                verdict = untried
            } else {
                #expect(model.expires.map { now <= $0.adding(Self.grace) } ?? true, "sent after its time")
                verdict = rules.verdict(
                    on: [attempt(claimed.dueRecipients, using: &generator)],
                    of: facts,
                    now: now,
                    using: &generator
                )
            }
            try queue.resolve(claimed, as: verdict.resolution, now: now)
            for answer in verdict.results.flatMap(\.answers) {
                guard answer.outcome.verdict != .deferred else {
                    model.deferred.insert(answer.recipient)
                    continue
                }
                #expect(model.open.contains(answer.recipient), "a second final answer")
                model.open.removeAll { $0 == answer.recipient }
                model.hasFailed = model.hasFailed || answer.outcome.verdict == .failed
            }
            if let next = verdict.nextAttempt { model.next = next }
            switch verdict.resolution {
            case .delivered: #expect(!model.hasFailed && model.open.isEmpty)
            case .failed: #expect(model.hasFailed && model.open.isEmpty)
            case .retry, .untouched: continue
            }
            #expect(try queue.state(of: stem) == (model.hasFailed ? .failed : .sent))
            return
        }
        #expect(try queue.state(of: stem) == .queued)
        #expect(model.expires == nil)
    }

    /// An attempt with any answers, some of them missing when the relay fails on the way.
    private func attempt(
        _ recipients: [EnvelopeRecipient],
        using generator: inout SeededGenerator
    ) -> AttemptResult {
        var result = AttemptResult(relay: "primary", peer: nil, tls: nil)
        let isCutShort = Int.random(in: 0..<4, using: &generator) == 0
        let answered = recipients.prefix(
            isCutShort ? .random(in: 0...recipients.count, using: &generator) : recipients.count
        )
        let verdicts: [RecipientOutcome.Verdict] = [.delivered, .failed, .deferred, .deferred, .deferred]
        let outcomes = answered.map { _ in
            let verdict = verdicts.randomElement(using: &generator) ?? .deferred
            return RecipientOutcome(verdict: verdict, code: nil, status: nil, reply: "said so")
        }
        result.add(outcomes, for: Array(answered))
        return result
    }
}
