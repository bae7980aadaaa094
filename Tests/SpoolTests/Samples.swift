// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage

@testable import Spool

/// Queue files and records that several tests use.
enum Samples {
    /// A message for two recipients, with everything that a message must have.
    static let message = """
        Queue-From: <app@app.example>
        Queue-To: <alice@example.net>
        Queue-To: <bob@example.org>

        From: App <app@app.example>
        Date: Tue, 24 Nov 2026 04:10:03 +0000
        Message-ID: <1@app.example>
        Subject: Your order

        Thank you.

        """

    /// A plain message without Date and Message-ID.
    static let plain = """
        From: App <app@app.example>
        To: Alice <alice@example.net>
        Bcc: bob@example.org
        Subject: Your order

        Thank you.

        """

    /// What is no message.
    static let malformed = "Queue-Color: red\n\nFrom: app@app.example\n\nx\n"

    static func line(_ address: String, _ outcome: RecipientState, _ reply: String = "Ok") -> JournalRecord {
        .recipient(.init(address: address, outcome: outcome, code: 250, status: "2.0.0", reply: reply))
    }

    /// Every kind of record.
    static let records: [JournalRecord] = [
        .attempt(number: 1, relay: "primary", peer: "192.0.2.7:587", tls: "TLSv1.3"),
        .attempt(number: 2, relay: "primary", peer: nil, tls: nil),
        .recipient(
            .init(
                address: "alice@example.net",
                outcome: .delivered,
                code: 250,
                status: "2.0.0",
                reply: "Ok: queued as 4F1"
            )
        ),
        .recipient(
            .init(
                address: "bob@example.org",
                outcome: .deferred,
                reply: "connection lost",
                isUnconfirmed: true
            )
        ),
        .recipient(
            .init(address: "bärbel@example.org", outcome: .failed, code: 550, reply: "no \"such\" \\ user")
        ),
        .retry(number: 2, next: QueueBench.now.adding(.seconds(66))),
        .state(from: .failed, to: .queued, by: "root"),
        .problem("line 3: Queue-Color is not a known field"),
        .date(QueueBench.dropped),
        .report(action: "failed", id: "0123"),
        .report(action: "delayed", id: nil),
    ]

    /// The text of a journal.
    static func journal(_ records: [JournalRecord], at time: Timestamp = QueueBench.dropped) -> [UInt8] {
        records.flatMap { JournalFormat.line($0, at: time) }
    }
}
