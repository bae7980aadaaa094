// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import NIOCore
import SMTPProtocol

/// A machine with the words to talk to it in tests.
struct Session: ~Copyable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var machine: SessionMachine

    /// A session that has not begun.
    init(_ settings: SessionSettings) {
        machine = SessionMachine(settings: settings)
    }

    /// A session that is ready, with a server that offers these keywords.
    init(offering keywords: [String], security: TransportSecurity = .none, usesChunking: Bool = true) {
        self.init(
            SessionSettings(hello: "client.example", security: security, usesChunking: usesChunking)
        )
        handle(.connected)
        say("220 relay.example")
        let lines = ["relay.example"] + keywords
        say(lines.dropLast().map { "250-" + $0 + "\r\n" }.joined() + "250 " + (lines.last ?? ""))
    }

    /// Asks for a message with a content of this size, from a@app.example.
    @discardableResult
    mutating func request(
        byteCount: Int64 = 9,
        recipients: Int = 1,
        policy: RefusalPolicy = .goOn
    ) throws -> [SessionAction] {
        let facts = ContentFacts(
            wireByteCount: byteCount,
            isEightBit: false,
            longestLine: 70,
            hasNUL: false,
            hasNonASCIIHeader: false
        )
        let transaction = MailTransaction(
            sender: try EnvelopeSender(parsing: "<a@app.example>"),
            recipients: try (1...recipients).map { try EnvelopeRecipient(parsing: "<b\($0)@example.net>") },
            content: facts,
            refusalPolicy: policy
        )
        return handle(.transactionRequested(transaction))
    }

    @discardableResult
    mutating func handle(_ event: SessionEvent) -> [SessionAction] {
        machine.handle(event)
    }

    /// The server sends a line, or several with CR LF between them.
    @discardableResult
    mutating func say(_ lines: String) -> [SessionAction] {
        machine.handle(.bytesReceived(ByteBuffer(string: lines + "\r\n")))
    }
}

extension [SessionAction] {
    /// What is written, one after the other.
    var written: String {
        map { action in if case .write(let bytes) = action { String(buffer: bytes) } else { "" } }.joined()
    }

    /// The fault the session ends with.
    var fault: RelayFault? {
        compactMap { action in if case .fail(let fault) = action { fault } else { nil } }.first
    }

    /// The ends of transactions.
    var outcomes: [TransactionOutcome] {
        compactMap { action in if case .finishTransaction(let outcome) = action { outcome } else { nil } }
    }

    /// What became of commands outside of a transaction.
    var commandResults: [Result<Reply, RelayFault>] {
        compactMap { action in if case .finishCommand(let result) = action { result } else { nil } }
    }

    /// The timer that is started.
    var timer: SessionPhase? {
        compactMap { action in if case .startTimer(let phase, _) = action { phase } else { nil } }.last
    }
}
