// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import NIOCore
import SMTPProtocol

/// A session without sockets and clocks, with the promises that it must keep whatever the server says.
struct SessionRun: ~Copyable {
    /// What may be sent where TLS is demanded and does not stand yet.
    private static let clearTextVerbs = ["EHLO", "HELO", "STARTTLS", "QUIT"]

    private let settings: SessionSettings
    private let choice: UInt8
    private var machine: SessionMachine
    private var events: [SessionEvent] = []
    private var requestCount = 0
    private var openTransactions = 0
    private var openCommands = 0
    private var isSecured = false
    private var isReady = false
    private var isDotSent = false
    private var chunkCount = 0
    private(set) var isClosed = false
    /// What the session did, but for its timers.
    private(set) var log: [SessionAction] = []

    /// A session that has connected: bit 0 TLS, 1 a login, 2 a login in clear text, 3 HELO, 4 no BDAT, 5 a command first, 6 one
    /// refusal stops, 7 the content breaks off.
    init(_ choice: UInt8) throws(Violation) {
        self.choice = choice
        settings = SessionSettings(
            hello: "client.example",
            security: choice & 1 == 0 ? .none : .startTLS,
            loginMechanisms: choice & 2 == 0 ? [] : ["PLAIN", "LOGIN"],
            allowsClearTextLogin: choice & 4 != 0,
            usesExtensions: choice & 8 == 0,
            usesChunking: choice & 16 == 0
        )
        machine = SessionMachine(settings: settings)
        try take(.connected)
    }

    /// Reports an event, and what follows from it on this side.
    mutating func take(_ event: SessionEvent) throws(Violation) {
        events = [event]
        while !events.isEmpty {
            for action in machine.handle(events.removeFirst()) { try perform(action) }
        }
    }

    /// Looks at what the session owes at its end.
    func finish() throws(Violation) {
        try Violation.unless(isClosed, "a session ends")
        try Violation.unless(openTransactions == 0 && openCommands == 0, "every request has its answer")
    }

    private mutating func perform(_ action: SessionAction) throws(Violation) {
        let isAnswer =
            switch action {
            case .finishTransaction, .finishCommand: true
            default: false
            }
        try Violation.unless(!isClosed || isAnswer, "nothing follows the end")
        switch action {
        case .startTimer, .cancelTimer, .avoidOverlap: return
        default: log.append(action)
        }
        switch action {
        case .write(let bytes): try checkWritten(bytes)
        case .startTLS:
            isSecured = true
            events.append(.tlsEstablished)
        case .beginSASL(let mechanism):
            try Violation.unless(
                isSecured || settings.allowsClearTextLogin,
                "no password goes out in clear text"
            )
            events +=
                mechanism == "PLAIN"
                ? [.saslResponse(Array("\0u\0p".utf8)), .saslFinished] : [.saslResponse(nil)]
        case .continueSASL(let challenge):
            events.append(.saslResponse([1]))
            if challenge.first == UInt8(ascii: "P") { events.append(.saslFinished) }
        case .sendContent: sendContent()
        case .sendChunk:
            chunkCount += 1
            if chunkCount % 3 == 0 { sendContent() } else { events.append(.chunkSent) }
        case .ready(let facts):
            try Violation.unless(isSecured || settings.security == .none, "mail waits for TLS")
            try Violation.unless(
                facts.mechanism != nil || settings.loginMechanisms.isEmpty,
                "mail waits for the login"
            )
            isReady = true
            request()
        case .finishTransaction(let outcome):
            openTransactions -= 1
            try check(outcome)
            isDotSent = false
            request()
        case .finishCommand(let result):
            openCommands -= 1
            if case .failure(let fault) = result { try FuzzTarget.expectPrintable(fault.text) }
            request()
        case .fail(let fault): try FuzzTarget.expectPrintable(fault.text)
        case .close: isClosed = true
        case .stopContent, .avoidOverlap, .startTimer, .cancelTimer: break
        }
    }

    private mutating func sendContent() {
        if choice & 128 != 0 { return events.append(.contentFailed("gone")) }
        isDotSent = true
        events.append(.contentSent)
    }

    private mutating func request() {
        guard !isClosed else { return }
        requestCount += 1
        if requestCount == 1, choice & 32 != 0 {
            openCommands += 1
            events.append(.commandRequested(.verify("postmaster")))
        } else if requestCount < 4, let transaction {
            openTransactions += 1
            events.append(.transactionRequested(transaction))
        } else {
            events.append(.quitRequested)
        }
    }

    private var transaction: MailTransaction? {
        let facts = ContentFacts(
            wireByteCount: 900,
            isEightBit: requestCount == 3,
            longestLine: 70,
            hasNUL: false,
            hasNonASCIIHeader: false
        )
        guard let sender = try? EnvelopeSender(parsing: "<a@app.example> RET=HDRS") else { return nil }
        return MailTransaction(
            sender: sender,
            recipients: ["<b@example.net> NOTIFY=FAILURE", "<c@example.net>"]
                .compactMap { try? EnvelopeRecipient(parsing: $0) },
            content: facts,
            refusalPolicy: choice & 64 == 0 ? .goOn : .stop([1])
        )
    }

    private func checkWritten(_ bytes: ByteBuffer) throws(Violation) {
        let text = String(buffer: bytes)
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        try Violation.unless(lines.last == "", "a command is a whole line")
        for line in lines.dropLast() {
            try FuzzTarget.expectPrintable(String(line))
            let verb = String(line.prefix { $0 != " " })
            let isAllowed = isSecured || settings.security == .none || Self.clearTextVerbs.contains(verb)
            try Violation.unless(isAllowed, "nothing that matters goes out in clear text")
            try Violation.unless(
                isReady || !["MAIL", "RCPT", "DATA", "BDAT", "VRFY"].contains(verb),
                "mail waits for a session that is ready"
            )
        }
    }

    private func check(_ outcome: TransactionOutcome) throws(Violation) {
        var outcomes: [RecipientOutcome] = []
        switch outcome {
        case .settled(let all):
            outcomes = all
            try Violation.unless(
                all.count == 2 && !all.contains(where: \.isUnconfirmed),
                "each has an answer"
            )
        case .stopped(_, let one):
            outcomes = [one]
            try Violation.unless(one.verdict != .delivered && !isDotSent, "who is refused has nothing")
        case .unconfirmed(let all, let fault):
            outcomes = all
            try FuzzTarget.expectPrintable(fault.text)
            try Violation.unless(
                isDotSent && all.contains(where: \.isUnconfirmed)
                    && !all.contains { $0.verdict == .delivered },
                "only an answer that is missing is not known"
            )
        case .relayFault(let fault): try FuzzTarget.expectPrintable(fault.text)
        case .contentFailed(let reason): try FuzzTarget.expectPrintable(reason)
        }
        for each in outcomes {
            try FuzzTarget.expectPrintable(each.reply)
            try Violation.unless(each.verdict != .delivered || isDotSent, "only a whole message is delivered")
        }
    }
}
