// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import MailMessage
import SMTPProtocol
import Spool

/// Messages, answers and policies that the tests of reports use.
enum ReportSamples {
    static let queuedAt = Timestamp(millisecondsSinceEpoch: 1_795_500_603_000)
    static let now = queuedAt.adding(.seconds(5 * 3600))
    static let relay = ReportingRelay(host: "smtp.example.com", offersDSN: false)

    static func policy() throws -> ReportPolicy {
        ReportPolicy(author: try MailAddress("MAILER-DAEMON@app1.example.com"), host: "app1.example.com")
    }

    static func subject(
        _ sender: String = "<app@app.example> RET=HDRS ENVID=order+2B1001",
        attempt: Int = 1,
        requeueCount: Int = 0,
        wasReportedLate: Bool = false
    ) throws -> ReportSubject {
        ReportSubject(
            stem: try MessageStem("order-1001"),
            sender: try EnvelopeSender(parsing: sender),
            queuedAt: queuedAt,
            expiry: queuedAt.adding(.seconds(5 * 86400)),
            attempt: attempt,
            requeueCount: requeueCount,
            wasReportedLate: wasReportedLate
        )
    }

    static func answer(
        _ recipient: String,
        _ verdict: RecipientOutcome.Verdict = .failed,
        code: Int? = 550,
        status: String? = "5.1.1",
        reply: String = "no such user",
        isReply: Bool = true
    ) throws -> AttemptResult.Answer {
        AttemptResult.Answer(
            recipient: try EnvelopeRecipient(parsing: recipient),
            outcome: RecipientOutcome(
                verdict: verdict,
                code: code,
                status: status.flatMap { EnhancedStatus(parsing: $0) },
                reply: reply,
                isReply: isReply
            )
        )
    }

    static func reports(
        _ answers: [AttemptResult.Answer],
        subject: ReportSubject? = nil,
        relay: ReportingRelay? = relay,
        now: Timestamp = now
    ) throws -> [DeliveryReport] {
        ReportRules(try policy())
            .reports(on: answers, of: try subject ?? self.subject(), by: relay, now: now)
    }
}
