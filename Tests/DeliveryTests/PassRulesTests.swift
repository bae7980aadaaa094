// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailMessage
import SMTPProtocol
import Spool
import Testing

@Suite("A message that is tried once")
struct PassRulesTests {
    private func resolution(
        _ verdicts: [RecipientOutcome.Verdict]?,
        of openCount: Int,
        hasFailed: Bool = false,
        fault: RelayFault? = nil,
        problem: String? = nil
    ) throws -> (state: String, lineCount: Int) {
        let message = MessageFacts(
            attempts: 2,
            queuedAt: .now(),
            dueCount: openCount,
            hasFailedRecipient: hasFailed
        )
        let result = try verdicts.map { verdicts in
            var result = AttemptResult(relay: "primary", peer: nil, tls: nil)
            let recipients = try verdicts.indices.map { try EnvelopeRecipient(parsing: "r\($0)@example.net") }
            result.add(
                verdicts.map { RecipientOutcome(verdict: $0, code: nil, status: nil, reply: "x") },
                for: recipients
            )
            result.fault = fault
            result.contentProblem = problem
            return result
        }
        return
            switch PassRules.resolution(after: result, of: message, openCount: openCount, keepQueue: true)
        {
        case .delivered(let lines, keep: true): ("sent", lines.count)
        case .delivered: ("deleted", 0)
        case .failed(let lines): ("failed", lines.count)
        case .retry(let lines): ("queued", lines.count)
        case .untouched: ("untouched", 0)
        }
    }

    @Test("ends where its recipients end; who has it is recorded in any case")
    func table() throws {
        let fault = RelayFault(kind: .connectionLost, phase: .content, code: nil, text: "lost")
        #expect(try resolution([.delivered, .delivered], of: 2) == ("sent", 3))
        #expect(try resolution([.delivered, .failed], of: 2) == ("failed", 3))
        #expect(try resolution([.deferred], of: 1) == ("failed", 2))
        #expect(try resolution([.delivered], of: 1, hasFailed: true) == ("failed", 2))
        #expect(try resolution([], of: 2, fault: fault) == ("failed", 2))
        #expect(try resolution([.delivered], of: 2, fault: fault) == ("failed", 3))
        #expect(try resolution([.delivered], of: 1, problem: "changed") == ("failed", 3))
        #expect(try resolution([.delivered], of: 2) == ("queued", 2))
        #expect(try resolution(nil, of: 0) == ("sent", 0))
        #expect(try resolution(nil, of: 0, hasFailed: true) == ("failed", 0))
    }

    @Test("is reported on as failed for all who have not got it: there is no second attempt")
    func told() throws {
        let recipients = try ["a@example.net", "b@example.net", "c@example.net"].map {
            try EnvelopeRecipient(parsing: $0)
        }
        var result = AttemptResult(relay: "primary", peer: nil, tls: nil)
        result.add(
            [
                RecipientOutcome(verdict: .delivered, code: 250, status: nil, reply: "ok"),
                RecipientOutcome(verdict: .deferred, code: 451, status: nil, reply: "later"),
            ],
            for: recipients
        )
        result.fault = RelayFault(kind: .connectionLost, phase: .content, code: nil, text: "lost")
        let outcomes = PassRules.final(result, for: recipients).answers.map(\.outcome)
        #expect(outcomes.map(\.verdict) == [.delivered, .failed, .failed])
        #expect(
            outcomes.map(\.reply) == [
                "ok", "later (given up after one attempt)", "lost (given up after one attempt)",
            ]
        )
    }
}
