// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Spool
import Testing

@Suite("A submitted message")
struct SubmissionClaimTests {
    @Test("is closed when it is published: a daemon that sees the name claims it at once")
    func closedWhenPublished() throws {
        let bench = try QueueBench()
        let envelope = QueueFileEnvelope(
            sender: try EnvelopeSender(parsing: "a@b.example"),
            recipients: [try EnvelopeRecipient(parsing: "c@d.example")]
        )
        let submission = try QueueSubmission(in: bench.queue, envelope: envelope)
        try submission.write(Array("Subject: x\n\nx\n".utf8))
        try submission.commit()
        let claimed = try withExtendedLifetime(submission) {
            try bench.queue.claim(submission.stem, now: .now(), maxMessageBytes: 1000)
        }
        #expect(claimed.openRecipients.map(\.address.description) == ["c@d.example"])
        try bench.queue.resolve(claimed, as: .delivered(lines: [], keep: false))
    }
}
