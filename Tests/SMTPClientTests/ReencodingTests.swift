// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import SMTPClient
import SMTPProtocol
import SMTPSink
import Testing

/// T23: contents that a relay cannot take as they are, between the real client and a sink of seven bits.
@Suite(.timeLimit(.minutes(1))) struct ReencodingTests {
    private static let head = "From: a@app.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    private static let text =
        head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"

    /// Sends a content to a sink without 8BITMIME; returns how that ended, what arrived and what was told on the way.
    private func send(
        _ content: some ContentSource,
        _ facts: ContentFacts
    ) async throws -> (
        outcome: TransactionOutcome, received: [SinkMessage], told: [Int64], isOpen: Bool
    ) {
        let received = Collector<SinkMessage>()
        let told = Collector<Int64>()
        let sink = try await ClientBench.sink(
            onMessage: { received.add($0) },
            change: { options in
                options.reportsContent = true
                options.capabilities.removeAll { $0 == "8BITMIME" || $0 == "SMTPUTF8" }
            }
        )
        let connection = try await ClientBench.connect(ClientBench.settings(port: sink.port))
        let outcome = await connection.send(
            try ClientBench.transaction(facts),
            content: content,
            progress: { told.add($0) }
        )
        let isOpen = connection.isOpen
        await connection.close()
        await sink.stop()
        return (outcome, received.values, told.values, isOpen)
    }

    private func refusal(_ outcome: TransactionOutcome) -> RecipientOutcome? {
        if case .settled(let outcomes) = outcome, outcomes.first?.verdict == .failed {
            outcomes.first
        } else {
            nil
        }
    }

    @Test(
        "T23: what is 8-bit, has a NUL or a line of a mebibyte arrives in seven bits and short lines",
        arguments: [
            text + "Grüße\r\n", head + "\r\n" + String(repeating: "x", count: 1 << 20) + "\r\n",
            text + "a\0b\r\n",
            "Subject: Grüße\r\n\r\nhello\r\n",
        ]
    )
    func T23_reencoded(message: String) async throws {
        let content = MemoryContent(message)
        let result = try await send(content, content.facts)
        let arrived = try #require(result.received.first?.content, "\(result.outcome)")
        #expect(arrived != Array(message.utf8))
        #expect(!arrived.contains { $0 > 127 || $0 == 0 })
        #expect(arrived.split(separator: 0x0A).allSatisfy { $0.count <= 999 })
        // Whoever asked knows the size of what he gave, not of what it became.
        #expect(result.told.first == 0)
        #expect(result.told.last == content.byteCount)
    }

    @Test("T23: a signed part is not changed: the message fails with both reasons, and the session goes on")
    func T23_signed() async throws {
        let content = MemoryContent(
            Self.head + """
                Content-Type: multipart/signed; boundary=b; protocol="application/pgp-signature"; micalg=x

                --b
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                Grüße
                --b
                Content-Type: application/pgp-signature

                x
                --b--

                """
        )
        let result = try await send(content, content.facts)
        let outcome = try #require(self.refusal(result.outcome))
        #expect(outcome.code == 554)
        #expect(outcome.status?.description == "5.6.3")
        #expect(outcome.reply.contains("8BITMIME is not offered); it cannot be re-encoded: "))
        #expect(result.received.isEmpty)
        #expect(result.isOpen)
    }

    @Test("T23: what is too large to be re-encoded in memory fails without being read")
    func T23_tooLarge() async throws {
        let content = GeneratedContent(byteCount: 65 << 20)
        var facts = content.facts
        facts.isEightBit = true
        let result = try await send(content, facts)
        #expect(refusal(result.outcome)?.reply.contains("larger than 64 MiB") == true)
        #expect(content.readByteCount == 0)
    }

    @Test(
        "A content that cannot be read or was changed is not sent in another encoding either",
        arguments: [GeneratedContent.Fault.unreadable(at: 0), .short(by: 80), .changed]
    )
    func brokenContents(fault: GeneratedContent.Fault) async throws {
        let content = GeneratedContent(byteCount: 8000, fault: fault)
        var facts = content.facts
        facts.isEightBit = true
        let result = try await send(content, facts)
        guard case .contentFailed = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(result.received.isEmpty)
    }
}
