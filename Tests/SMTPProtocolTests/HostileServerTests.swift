// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import NIOCore
import SMTPProtocol
import Testing

/// The machine against servers that say anything at any time.
@Suite struct HostileServerTests {
    private static let replies = [
        "220 hi", "250 ok", "250-a\r\n250 b", "250-x\r\n250-PIPELINING\r\n250 STARTTLS",
        "250-x\r\n250-AUTH PLAIN\r\n250 PIPELINING",
        "334 Zm9v", "235 ok", "354 go", "421 bye", "450 later", "530 login", "550 5.1.1 no", "552 full",
        "554 no", "199 x", "x", "",
        "250-a\r\n550 b", "220 go\r\n250 fake", "\0\u{1B}[2J", "25",
    ]

    /// The bookkeeping of one run.
    private struct Run {
        var requested = 0
        var finished = 0
        var isClosed = false
        /// The transactions whose end is on its way.
        var sentEnds: Set<Int> = []
        /// Whether the server has refused anything.
        var hasRefused = false
        var requestedCommands = 0
        var finishedCommands = 0
        /// The transaction whose content is wanted.
        var wantedContent: Int?
        /// Whether it goes by BDAT.
        var isChunkWanted = false
        var isSASLWanted = false
        var isTLSWanted = false
        var isReady = false

        var isContentWanted: Bool { wantedContent != nil }

        /// Whether the end of the first transaction that has not ended is on its way.
        var isDotSent: Bool { sentEnds.contains(finished) }
    }

    @Test(
        "T2: whatever a server says, every transaction ends once, and is delivered only by a 2xx to its final dot"
    )
    func T2_everyTransactionEndsOnce() throws {
        var generator = SeededGenerator(seed: 2)
        let facts = ContentFacts(
            wireByteCount: 9,
            isEightBit: false,
            longestLine: 7,
            hasNUL: false,
            hasNonASCIIHeader: false
        )
        let transaction = MailTransaction(
            sender: try EnvelopeSender(parsing: "<a@app.example>"),
            recipients: try ["<b@example.net>", "<c@example.net>"].map { try EnvelopeRecipient(parsing: $0) },
            content: facts
        )
        var endings: Set<String> = []
        for _ in 0..<20_000 {
            let settings = SessionSettings(
                hello: "client.example",
                security: [.none, .none, .startTLS].randomElement(using: &generator) ?? .none,
                loginMechanisms: Bool.random(using: &generator) ? [] : ["PLAIN"],
                allowsClearTextLogin: true
            )
            var machine = SessionMachine(settings: settings)
            var run = Run()
            follow(machine.handle(.connected), &run, reply: "", &endings)
            for _ in 0..<24 where !run.isClosed {
                let reply = nextReply(&generator, run)
                let event = nextEvent(&generator, run, transaction, reply)
                if case .transactionRequested = event { run.requested += 1 }
                if case .commandRequested = event { run.requestedCommands += 1 }
                if case .contentSent = event, let place = run.wantedContent { run.sentEnds.insert(place) }
                switch event {
                case .contentSent, .contentFailed, .chunkSent: run.wantedContent = nil
                case .bytesReceived where reply.contains(/(^|\n)[45]/): run.hasRefused = true
                default: break
                }
                follow(machine.handle(event), &run, reply: reply, &endings)
            }
            if !run.isClosed { follow(machine.handle(.connectionClosed(nil)), &run, reply: "", &endings) }
            #expect(run.isClosed)
            #expect(run.finished == run.requested)
            #expect(run.finishedCommands == run.requestedCommands)
        }
        // The runs have been everywhere.
        #expect(
            endings == [
                "settled", "relayFault", "unconfirmed", "contentFailed", "delivered", "stopped", "replied",
            ]
        )
    }

    private func nextReply(_ generator: inout SeededGenerator, _ run: Run) -> String {
        // Mostly what leads on, so that runs get somewhere.
        let helpful =
            run.isDotSent
            ? ["250 ok"]
            : [
                "220 hi", "250 ok", "250-x\r\n250-AUTH PLAIN\r\n250 PIPELINING", "354 go", "235 ok",
                "250-x\r\n250-AUTH PLAIN\r\n250-CHUNKING\r\n250 PIPELINING", "250-x\r\n250 CHUNKING",
            ]
        let isHelpful = Int.random(in: 0..<10, using: &generator) < 7
        return (isHelpful ? helpful : Self.replies).randomElement(using: &generator) ?? ""
    }

    private func nextEvent(
        _ generator: inout SeededGenerator,
        _ run: Run,
        _ transaction: MailTransaction,
        _ reply: String
    ) -> SessionEvent {
        let chance = Int.random(in: 0..<20, using: &generator)
        if chance == 0 { return .phaseTimedOut }
        if chance == 1 { return .connectionClosed(nil) }
        if run.isTLSWanted, chance < 18 { return .tlsEstablished }
        if run.isSASLWanted, chance < 18 { return chance < 9 ? .saslResponse([1]) : .saslFinished }
        if run.isChunkWanted, run.isContentWanted, (3...8).contains(chance) { return .chunkSent }
        if run.isContentWanted, chance < 16 { return chance == 2 ? .contentFailed("gone") : .contentSent }
        let isCommandDone = run.requestedCommands == run.finishedCommands
        let isFree = run.requested == run.finished && isCommandDone
        if run.isReady, isFree || (isCommandDone && run.requested < run.finished + 6), chance < 18 {
            var next = transaction
            if chance < 12 { next.refusalPolicy = .stop([1]) }
            if isFree || chance > 13 {
                return isFree && chance < 4 ? .commandRequested(.noop) : .transactionRequested(next)
            }
        }
        return .bytesReceived(ByteBuffer(string: reply + "\r\n"))
    }

    private func follow(
        _ actions: [SessionAction],
        _ run: inout Run,
        reply: String,
        _ endings: inout Set<String>
    ) {
        #expect(!run.isClosed || actions.isEmpty)
        for action in actions {
            switch action {
            case .startTLS: run.isTLSWanted = true
            case .beginSASL, .continueSASL: run.isSASLWanted = true
            case .sendContent(let place): (run.wantedContent, run.isChunkWanted) = (place, false)
            case .sendChunk(let place): (run.wantedContent, run.isChunkWanted) = (place, true)
            case .stopContent: run.wantedContent = nil
            case .ready: run.isReady = true
            case .finishTransaction(let outcome):
                note(outcome, run, reply, &endings)
                if run.wantedContent == run.finished { run.wantedContent = nil }
                run.finished += 1
            case .close: run.isClosed = true
            case .write: (run.isTLSWanted, run.isSASLWanted) = (false, false)
            case .finishCommand(let result):
                run.finishedCommands += 1
                if case .success = result { endings.insert("replied") }
            case .startTimer, .cancelTimer, .avoidOverlap, .fail: break
            }
        }
    }

    private func note(
        _ outcome: TransactionOutcome,
        _ run: Run,
        _ reply: String,
        _ endings: inout Set<String>
    ) {
        switch outcome {
        case .settled(let outcomes):
            endings.insert("settled")
            #expect(outcomes.count == 2)
            #expect(!outcomes.contains { $0.isUnconfirmed })
            if outcomes.contains(where: { $0.verdict == .delivered }) {
                endings.insert("delivered")
                #expect(run.isDotSent && reply.hasPrefix("2"))
            }
        case .relayFault:
            endings.insert("relayFault")
            #expect(!run.isDotSent || run.hasRefused)
        case .unconfirmed(let outcomes, _):
            endings.insert("unconfirmed")
            #expect(run.isDotSent)
            #expect(
                outcomes.contains { $0.isUnconfirmed } && !outcomes.contains { $0.verdict == .delivered }
            )
        case .stopped(let recipient, let outcome):
            endings.insert("stopped")
            #expect(recipient == 1 && outcome.verdict != .delivered && !run.isDotSent)
        case .contentFailed: endings.insert("contentFailed")
        }
    }
}
