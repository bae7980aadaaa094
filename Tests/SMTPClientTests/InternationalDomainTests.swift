// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import SMTPProtocol
import SMTPSink
import Testing

@testable import SMTPClient

/// Domains beyond ASCII, for relays without SMTPUTF8.
@Suite(.timeLimit(.minutes(1))) struct InternationalDomainTests {
    @Test(
        "A name beyond ASCII gets its A-labels",
        arguments: [
            ("büro.example", "xn--bro-hoa.example"), ("BÜRO.example", "xn--bro-hoa.example"),
            ("faß.example", "xn--fa-hia.example"), ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("bu\u{308}ro.example", "xn--bro-hoa.example"), ("ascii.example", "ascii.example"),
        ]
    )
    func labels(domain: String, ascii: String) {
        #expect(InternationalDomain.ascii(domain) == ascii)
    }

    @Test(
        "What is no name has no A-labels",
        arguments: [
            "-ü.example", "ü\u{200B}\u{202E}.example", "xn--ü.example",
            String(repeating: "ü", count: 200) + ".example",
        ]
    )
    func invalid(domain: String) {
        #expect(InternationalDomain.ascii(domain) == nil)
    }

    @Test("T6: no name beyond ASCII becomes anything but letters, digits, hyphens and dots")
    func T6_onlyHostCharacters() {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<5000 {
            let scalars = (0..<8).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0x80...0x1FFFF, using: &generator))
            }
            guard
                let ascii = InternationalDomain.ascii(
                    "a" + String(String.UnicodeScalarView(scalars)) + ".example"
                )
            else { continue }
            #expect(
                ascii.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
                        || byte == 0x2E
                        || byte == 0x5F
                },
                "\(ascii)"
            )
        }
    }

    @Test("Only what can go without SMTPUTF8 is written anew")
    func transactionsAreWrittenAnew() throws {
        let transaction = MailTransaction(
            sender: try EnvelopeSender(parsing: "<a@büro.example> RET=FULL"),
            recipients: try ["<b@büro.example> NOTIFY=NEVER", "<ü@büro.example>", "<c@example.net>"].map {
                try EnvelopeRecipient(parsing: $0)
            },
            content: MemoryContent("x\r\n").facts
        )
        let changed = transaction.withASCIIDomains
        #expect(changed.sender.description == "<a@xn--bro-hoa.example> RET=FULL")
        #expect(
            changed.recipients.map(\.description) == [
                "<b@xn--bro-hoa.example> NOTIFY=NEVER", "<ü@büro.example>", "<c@example.net>",
            ]
        )
    }

    @Test(
        "A relay without SMTPUTF8 gets A-labels, one with it the name; a local part beyond ASCII fails alone"
    )
    func relayWithoutSMTPUTF8() async throws {
        for offersSMTPUTF8 in [false, true] {
            let received = Collector<SinkAddresses>()
            let sink = try await ClientBench.sink(
                onMessage: { received.add(($0.sender, $0.recipients)) },
                change: { options in
                    if !offersSMTPUTF8 { options.capabilities.removeAll { $0 == "SMTPUTF8" } }
                }
            )
            let connection = try await ClientBench.connect(ClientBench.settings(port: sink.port))
            let content = MemoryContent("x\r\n")
            let transaction = MailTransaction(
                sender: try EnvelopeSender(parsing: "<a@büro.example>"),
                recipients: try ["<b@büro.example>", "<ü@example.net>"].map {
                    try EnvelopeRecipient(parsing: $0)
                },
                content: content.facts
            )
            let outcome = await connection.send(transaction, content: content)
            await connection.close()
            guard case .settled(let outcomes) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            if offersSMTPUTF8 {
                #expect(outcomes.map(\.verdict) == [.delivered, .delivered])
                #expect(received.values.first?.sender.hasPrefix("<a@büro.example>") == true)
            } else {
                #expect(outcomes.map(\.verdict) == [.delivered, .failed])
                #expect(outcomes.last?.status?.description == "5.6.7")
                #expect(received.values.first?.sender.hasPrefix("<a@xn--bro-hoa.example>") == true)
                #expect(received.values.first?.recipients == ["<b@xn--bro-hoa.example>"])
            }
            await sink.stop()
        }
    }

    private typealias SinkAddresses = (sender: String, recipients: [String])
}
