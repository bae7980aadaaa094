// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import NIOCore
import SMTPProtocol
import Testing

/// What is decided before MAIL, seen through the machine: what it writes or answers at once.
@Suite struct TransactionRulesTests {
    private static let plain = ContentFacts(
        wireByteCount: 1000,
        isEightBit: false,
        longestLine: 78,
        hasNUL: false,
        hasNonASCIIHeader: false
    )

    /// The answer for the only recipient, or what is written instead.
    private enum Decision: Equatable {
        case failed(Int?, String?)
        case written(String)
    }

    private func decide(
        _ content: ContentFacts = plain,
        from: String = "<a@app.example>",
        to: String = "<b@example.net>",
        offered: [String] = [],
        security: TransportSecurity = .none
    ) throws -> Decision {
        var session = Session(offering: offered, security: security)
        let transaction = MailTransaction(
            sender: try EnvelopeSender(parsing: from),
            recipients: [try EnvelopeRecipient(parsing: to)],
            content: content
        )
        for action in session.handle(.transactionRequested(transaction)) {
            switch action {
            case .finishTransaction(.settled(let outcomes)):
                let outcome = try #require(outcomes.first)
                #expect(outcome.verdict == .failed)
                #expect(outcome.status?.statusClass == .permanentFailure)
                #expect(!outcome.reply.isEmpty)
                return .failed(outcome.code, outcome.status?.description)
            case .write(let bytes): return .written(String(buffer: bytes))
            default: break
            }
        }
        throw Session.Failure(description: "neither written nor answered")
    }

    private func changed(_ change: (inout ContentFacts) -> Void) -> ContentFacts {
        var facts = Self.plain
        change(&facts)
        return facts
    }

    @Test("T23: a line of 998 bytes goes, one of 999 fails with its length")
    func T23_longLines() throws {
        #expect(try decide(changed { $0.longestLine = 998 }) == .written("MAIL FROM:<a@app.example>\r\n"))
        #expect(try decide(changed { $0.longestLine = 999 }) == .failed(554, "5.6.0"))
        #expect(
            try decide(changed { $0.longestLine = 1 << 20 }, offered: ["8BITMIME"]) == .failed(554, "5.6.0")
        )
    }

    @Test("T23: a NUL fails, whatever the relay offers")
    func T23_nul() throws {
        #expect(
            try decide(changed { $0.hasNUL = true }, offered: ["8BITMIME", "SIZE"]) == .failed(554, "5.6.0")
        )
    }

    @Test("T23: a NUL and a long line go by BDAT as BINARYMIME, and only there")
    func T23_binary() throws {
        for content in [changed { $0.hasNUL = true }, changed { $0.longestLine = 999 }] {
            #expect(
                try decide(content, offered: ["CHUNKING", "BINARYMIME"])
                    == .written("MAIL FROM:<a@app.example> BODY=BINARYMIME\r\n")
            )
            #expect(try decide(content, offered: ["CHUNKING", "8BITMIME"]) == .failed(554, "5.6.0"))
            #expect(try decide(content, offered: ["BINARYMIME"]) == .failed(554, "5.6.0"))
        }
        let offered = ["CHUNKING", "BINARYMIME", "8BITMIME"]
        #expect(
            try decide(changed { $0.isEightBit = true }, offered: offered)
                == .written("MAIL FROM:<a@app.example> BODY=8BITMIME\r\n")
        )
        #expect(try decide(offered: offered) == .written("MAIL FROM:<a@app.example>\r\n"))
    }

    @Test("What stands in the way of a content is known before the message is offered")
    func obstacles() {
        let bare = Capabilities.none
        let binary = Capabilities(
            ehlo: Reply(code: 250, lines: ["x", "CHUNKING", "BINARYMIME"].map { PrintableText($0) })
        )
        #expect(ContentObstacle(Self.plain, bare) == nil)
        #expect(ContentObstacle(changed { $0.isEightBit = true }, bare) == .eightBit)
        #expect(ContentObstacle(changed { $0.hasNUL = true }, bare) == .nul)
        #expect(ContentObstacle(changed { $0.longestLine = 999 }, bare) == .longLine(byteCount: 999))
        #expect(ContentObstacle(changed { $0.longestLine = 999 }, binary) == nil)
    }

    @Test("An original recipient beyond ASCII goes escaped where SMTPUTF8 is not offered")
    func originalRecipientBeyondASCII() throws {
        var session = Session(offering: ["DSN", "PIPELINING"])
        let transaction = MailTransaction(
            sender: try EnvelopeSender(parsing: "<a@app.example>"),
            recipients: [try EnvelopeRecipient(parsing: "<b@example.net> ORCPT=utf-8;jörg@example.net")],
            content: Self.plain
        )
        let written = session.handle(.transactionRequested(transaction)).written
        #expect(written.contains("RCPT TO:<b@example.net> ORCPT=utf-8;j\\x{F6}rg@example.net\r\n"))
        #expect(written.hasPrefix("MAIL FROM:<a@app.example>\r\n"))

        var international = Session(offering: ["DSN", "PIPELINING", "SMTPUTF8"])
        let sent = international.handle(.transactionRequested(transaction)).written
        #expect(sent.contains("ORCPT=utf-8;jörg@example.net\r\n"))
        #expect(sent.hasPrefix("MAIL FROM:<a@app.example> SMTPUTF8\r\n"))
    }

    @Test("T23: 8-bit content is declared where 8BITMIME is offered, and fails where not")
    func T23_eightBit() throws {
        let content = changed { $0.isEightBit = true }
        #expect(
            try decide(content, offered: ["8BITMIME"])
                == .written("MAIL FROM:<a@app.example> BODY=8BITMIME\r\n")
        )
        #expect(try decide(content) == .failed(554, "5.6.3"))
    }

    @Test("A size is announced where SIZE is offered, and fails beyond the limit")
    func size() throws {
        #expect(try decide(offered: ["SIZE"]) == .written("MAIL FROM:<a@app.example> SIZE=1000\r\n"))
        #expect(try decide(offered: ["SIZE 0"]) == .written("MAIL FROM:<a@app.example> SIZE=1000\r\n"))
        #expect(try decide(offered: ["SIZE 1000"]) == .written("MAIL FROM:<a@app.example> SIZE=1000\r\n"))
        #expect(try decide(offered: ["SIZE 999"]) == .failed(552, "5.3.4"))
    }

    @Test("Internationalised addresses need SMTPUTF8")
    func internationalisedAddresses() throws {
        #expect(try decide(from: "<ü@app.example>") == .failed(553, "5.6.7"))
        #expect(try decide(to: "<ü@example.net>") == .failed(553, "5.6.7"))
        #expect(try decide(from: "<a@app.example> SMTPUTF8") == .failed(553, "5.6.7"))
        #expect(
            try decide(to: "<ü@example.net>", offered: ["SMTPUTF8"])
                == .written("MAIL FROM:<a@app.example> SMTPUTF8\r\n")
        )
        #expect(
            try decide(from: "<a@app.example> SMTPUTF8", offered: ["SMTPUTF8"])
                == .written("MAIL FROM:<a@app.example> SMTPUTF8\r\n")
        )
    }

    @Test("A header beyond ASCII is declared where SMTPUTF8 is offered, and goes as 8-bit content where not")
    func internationalisedHeader() throws {
        let content = changed {
            $0.isEightBit = true
            $0.hasNonASCIIHeader = true
        }
        #expect(
            try decide(content, offered: ["8BITMIME"])
                == .written("MAIL FROM:<a@app.example> BODY=8BITMIME\r\n")
        )
        #expect(
            try decide(content, offered: ["8BITMIME", "SMTPUTF8"])
                == .written("MAIL FROM:<a@app.example> BODY=8BITMIME SMTPUTF8\r\n")
        )
    }

    @Test("REQUIRETLS needs an offer made under TLS")
    func requireTLS() throws {
        let from = "<a@app.example> REQUIRETLS"
        #expect(try decide(from: from, security: .implicitTLS) == .failed(550, "5.7.30"))
        #expect(try decide(from: from, offered: ["REQUIRETLS"]) == .failed(550, "5.7.10"))
        #expect(
            try decide(from: from, offered: ["REQUIRETLS"], security: .implicitTLS)
                == .written("MAIL FROM:<a@app.example> REQUIRETLS\r\n")
        )
    }

    @Test("A report with REQUIRETLS goes to a relay that does not offer it, but never without TLS")
    func requireTLSOfReports() throws {
        let from = "<> REQUIRETLS"
        #expect(try decide(from: from, security: .implicitTLS) == .written("MAIL FROM:<>\r\n"))
        #expect(try decide(from: from, offered: ["REQUIRETLS"]) == .failed(550, "5.7.10"))
    }

    @Test("What must not be dropped fails where it is not offered; what may is dropped")
    func otherParameters() throws {
        #expect(try decide(from: "<a@app.example> HOLDFOR=3600") == .failed(554, "5.3.3"))
        #expect(try decide(from: "<a@app.example> HOLDUNTIL=2026-11-24T09:00:00Z") == .failed(554, "5.3.3"))
        #expect(try decide(from: "<a@app.example> BY=60;R") == .failed(554, "5.3.3"))
        let dropped = "<a@app.example> BY=60;N MT-PRIORITY=4 RET=FULL ENVID=x BODY=8BITMIME AUTH=<>"
        #expect(try decide(from: dropped) == .written("MAIL FROM:<a@app.example>\r\n"))
        let offered = ["FUTURERELEASE 1 2", "DELIVERBY", "MT-PRIORITY", "DSN", "8BITMIME", "AUTH PLAIN"]
        #expect(
            try decide(from: dropped + " HOLDFOR=60", offered: offered)
                == .written(
                    "MAIL FROM:<a@app.example> BODY=8BITMIME BY=60;N MT-PRIORITY=4 RET=FULL ENVID=x AUTH=<> HOLDFOR=60\r\n"
                )
        )
    }
}
