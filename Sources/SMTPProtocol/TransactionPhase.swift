// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import NIOCore

/// One mail transaction: the commands, the replies they wait for, and what becomes of each recipient.
///
/// ```
/// C: MAIL FROM:<a@app.example>              one write where the server offers PIPELINING
/// C: RCPT TO:<b@example.net>
/// C: RCPT TO:<c@example.org>
/// C: DATA                                   or, with CHUNKING: BDAT 3021 LAST, and a small content at once
/// S: 250 …  S: 250 …  S: 550 …  S: 354 …    sendContent: b is still open
/// C: (content) .
/// S: 250 …                                  b delivered, c failed
/// ```
///
/// A large content goes in chunks, and only when it is known that somebody is to have it. Where a refused recipient may
/// stop the transaction nothing that could deliver it goes out before all recipients have their answers.
///
/// One that begins before the one before it has its answer begins with RSET where contents go in chunks: after a chunk that
/// failed the server is in no known state (RFC 3030 §2), and could take the message for one of the other sender.
///
/// - SeeAlso: RFC 5321 §3.3, RFC 2920, RFC 3030
struct TransactionPhase {
    /// What follows from what happened.
    enum Step {
        /// Wait on for the replies to what was sent.
        case wait
        /// Send this and wait for that many replies; the content may follow at once, without waiting for them.
        case send(ByteBuffer, replyCount: Int, isContentToFollow: Bool)
        /// Send the content.
        case sendContent
        /// Send a chunk of the content.
        case sendChunk
        /// Send no more of the content, and go on with another step.
        indirect case stopContent(then: Step)
        /// The transaction has ended; the server may have to be told to forget it.
        case settled(TransactionOutcome, needsReset: Bool)
        /// The transaction has ended, but the server still holds to it: the connection is of no more use.
        case cutShort(TransactionOutcome)
        /// The relay is at fault.
        case failed(RelayFault)
    }

    /// What a reply is the answer to.
    private enum Target {
        case mail
        case recipient(Int)
        case data
        case chunk
        case lastChunk
        case finalDot
        /// The dot that ends a content which nobody is to have.
        case loneDot
        case reset

        /// The phase in which the reply is awaited.
        var phase: SessionPhase {
            switch self {
            case .mail: .mail
            case .recipient: .recipient
            case .data: .data
            case .chunk: .chunk
            case .lastChunk, .finalDot, .loneDot: .finalDot
            case .reset: .reset
            }
        }

        /// Whether the server does not have the message when it refuses this, whatever else was sent.
        var decidesAlone: Bool {
            switch self {
            case .recipient, .reset: false
            case .mail, .data, .chunk, .lastChunk, .finalDot, .loneDot: true
            }
        }
    }

    /// What is to be answered by the server, with the length of its line among ``unsent``, if it is one.
    private struct Item {
        let target: Target
        let byteCount: Int
    }

    /// How far the content has come.
    private enum Progress {
        /// → requested
        case none
        /// The driver is sending it, or a chunk of it. → chunkSent, whole, cut
        case requested
        /// → requested when the reply is there
        case chunkSent
        /// no exit
        case whole
        /// no exit
        case cut
    }

    /// The largest content, in bytes, that is sent before it is known that somebody is to have it.
    private static let eagerByteLimit: Int64 = 64 << 10

    private let transaction: MailTransaction
    private let capabilities: Capabilities
    private let isSecured: Bool
    private var unsent = ByteBuffer()
    private var items: [Item] = []
    /// How many of the items have been sent.
    private var sentCount = 0
    /// The item whose reply is awaited.
    private var current = 0
    private var progress = Progress.none
    /// The answers known so far.
    private var answers: [RecipientOutcome?]
    /// How many recipients have none.
    private var openCount: Int
    private var acceptedCount = 0
    /// The first refused recipient that stops the transaction.
    private var stopper: Int?
    /// Whether the server has refused, by a reply that puts the relay at fault, what it would need to have the message.
    private var isRefused = false
    /// Why the content could not be read to its end.
    private var contentProblem: String?
    /// The outcome, once no reply that is still to come can change it.
    private var conclusion: TransactionOutcome?

    /// A transaction with a server of these capabilities.
    init(_ transaction: MailTransaction, capabilities: Capabilities, isSecured: Bool) {
        self.transaction = transaction
        self.capabilities = capabilities
        self.isSecured = isSecured
        answers = Array(repeating: nil, count: transaction.recipients.count)
        openCount = answers.count
    }

    /// Where the transaction stands.
    var phase: SessionPhase {
        if current < sentCount { return items[current].target.phase }
        if isSendingContent { return .content }
        return items.last?.target.phase ?? .mail
    }

    /// Whether content is being sent.
    var isSendingContent: Bool {
        if case .requested = progress { true } else { false }
    }

    /// Whether a reply may come that answers no command: the refusal of a content after DATA that is still being sent.
    var takesEarlyReply: Bool { isSendingContent && !usesChunks }

    /// Whether something has been said to the server.
    var hasSpoken: Bool { sentCount > 0 }

    /// Whether all has been said to the server, so that the next transaction may begin behind it.
    var mayBeFollowed: Bool {
        guard conclusion == nil else { return !hasSpoken }
        guard case .whole = progress else { return false }
        return true
    }

    /// How many bytes of the content go out before it is known that somebody is to have it.
    var eagerByteCount: Int64 { isEager ? transaction.content.wireByteCount : 0 }

    /// Whether the server has answered nothing of it.
    var isUnanswered: Bool { current == 0 }

    /// Whether it began while the server could still be busy with another one.
    private(set) var isBehindAnother = false

    /// The end of a transaction to which nothing more can come.
    var settled: Step? {
        guard current == sentCount, let conclusion else { return nil }
        return .settled(conclusion, needsReset: false)
    }

    /// Decides what can be decided without the server, and makes the commands.
    ///
    /// With RSET before them where the server may still be busy with another transaction, and contents go in chunks.
    mutating func begin(isBehindAnother: Bool) -> Step {
        self.isBehindAnother = isBehindAnother
        let rules = TransactionRules(transaction, capabilities: capabilities, isSecured: isSecured)
        if let refusal = rules.refusal {
            answerOpen(refusal)
        } else {
            if isBehindAnother, usesChunks, let refusal = append(.reset, .reset) { answerOpen(refusal) }
            compose(rules)
        }
        guard hasEnded else { return sendOn() }
        conclusion = end
        return .settled(end, needsReset: false)
    }

    /// The server has replied to the command whose turn it was, or, while the content is being sent, to none.
    mutating func receive(_ reply: Reply) -> Step {
        guard current < sentCount else {
            guard takesEarlyReply else {
                return .failed(ReplyClassifier.judgeUnsolicited(reply, in: phase))
            }
            return receiveEarly(reply)
        }
        let target = items[current].target
        current += 1
        guard let conclusion else { return receive(reply, to: target) }
        guard current == sentCount else { return .wait }
        guard case .reset = target else { return .settled(conclusion, needsReset: false) }
        return receiveEnd(reply, conclusion)
    }

    /// A chunk that is not the last one is on its way.
    mutating func chunkSent() -> Step {
        expect(.chunk)
        guard capabilities.supports(.pipelining) else {
            progress = .chunkSent
            return .wait
        }
        return .sendChunk
    }

    /// The content is on its way, its end included.
    mutating func contentSent() {
        expect(usesChunks ? .lastChunk : .finalDot)
        progress = .whole
    }

    /// The content cannot be read to its end, which was not sent.
    mutating func contentFailed(_ reason: String) -> Step {
        contentProblem = reason
        progress = .cut
        // After DATA the server waits for the end: only closing leaves it without one (RFC 5321 §4.1.1.4). Chunks it
        // forgets when it is told to.
        return usesChunks ? goOn() : .cutShort(end)
    }

    /// RSET is on its way, and then the transaction has ended.
    mutating func awaitReset(_ outcome: TransactionOutcome) {
        conclusion = outcome
        expect(.reset)
    }

    /// The relay is at fault, and says more: the replies to the rest of this transaction mean nothing.
    mutating func conclude(after fault: RelayFault) -> Step {
        conclusion = outcome(after: fault)
        return settled ?? .wait
    }

    /// How the transaction ends when the session does.
    func outcome(after fault: RelayFault) -> TransactionOutcome {
        if let conclusion { return conclusion }
        if hasEnded { return end }
        guard case .whole = progress, !isRefused else { return .relayFault(fault) }
        let unconfirmed = RecipientOutcome(
            verdict: .deferred,
            code: nil,
            status: nil,
            reply: "sent, but not confirmed: \(fault.text)",
            isUnconfirmed: true
        )
        return .unconfirmed(answers.map { $0 ?? unconfirmed }, fault)
    }

    // MARK: Commands

    private var usesChunks: Bool { capabilities.supports(.chunking) }

    private var mayStop: Bool { transaction.refusalPolicy != .goOn }

    /// Whether the content goes along with the commands.
    private var isEager: Bool {
        usesChunks && capabilities.supports(.pipelining) && !mayStop
            && transaction.content.wireByteCount <= Self.eagerByteLimit
    }

    /// Writes the commands for all recipients without an answer.
    private mutating func compose(_ rules: TransactionRules) {
        let mail = Command.mail(
            transaction.sender.path,
            rules.senderParameters,
            verb: transaction.verb
        )
        if let refusal = append(.mail, mail) { return answerOpen(refusal) }
        for (index, recipient) in transaction.recipients.enumerated() {
            let command = Command.recipient(recipient.address, rules.parameters(of: recipient))
            if let refusal = rules.refusal(of: recipient) ?? append(.recipient(index), command) {
                refuse(index, refusal)
            }
        }
        if !usesChunks, let refusal = append(.data, .data) { answerOpen(refusal) }
    }

    /// Writes a command; returns the outcome when it cannot be written.
    private mutating func append(_ target: Target, _ command: Command) -> RecipientOutcome? {
        do throws(CommandError) {
            let start = unsent.readableBytes
            try CommandEncoder.encode(command, into: &unsent)
            items.append(Item(target: target, byteCount: unsent.readableBytes - start))
            return nil
        } catch {
            return RecipientOutcome(
                verdict: .failed,
                code: nil,
                status: EnhancedStatus(class: .permanentFailure, subject: 5, detail: 4),
                reply: "the \(command) command \(error.summary)"
            )
        }
    }

    /// Sends the next commands; without PIPELINING each waits for the reply to the one before.
    private mutating func sendOn() -> Step {
        var end = sentCount + 1
        if capabilities.supports(.pipelining) {
            end = items.count
            // DATA cannot be taken back.
            if mayStop, !usesChunks, sentCount == 0 { end -= 1 }
        }
        let byteCount = items[sentCount..<end].reduce(0) { $0 + $1.byteCount }
        guard let lines = unsent.readSlice(length: byteCount) else { return .wait }
        let replyCount = end - sentCount
        sentCount = end
        if isEager { progress = .requested }
        return .send(lines, replyCount: replyCount, isContentToFollow: isEager)
    }

    /// Something that is no command of ``unsent`` was sent, and has its answer still to come.
    private mutating func expect(_ target: Target) {
        items.append(Item(target: target, byteCount: 0))
        sentCount += 1
    }

    // MARK: Replies

    private mutating func receive(_ reply: Reply, to target: Target) -> Step {
        let judgement = ReplyClassifier.judge(
            reply,
            to: target.phase,
            acceptedRecipientCount: acceptedCount
        )
        switch (target, judgement) {
        case (_, .fault(let fault)):
            // After a refused MAIL the replies to what was sent along with it mean nothing more, whatever they say.
            guard openCount == 0, fault.kind == .authenticationRefused else {
                // Refused with a reply, the server does not have the message.
                isRefused = reply.code == 421 || (reply.code >= 400 && target.decidesAlone)
                return .failed(fault)
            }
        case (.recipient(let index), .completed):
            if answers[index] == nil { acceptedCount += 1 }
        case (.recipient(let index), .refused(let outcome)):
            refuse(index, outcome)
        case (.data, .intermediate):
            return beginContent()
        case (.lastChunk, .completed), (.finalDot, .completed):
            // With nobody to have it, the server has taken it for nobody.
            answerOpen(ReplyClassifier.delivered(by: reply))
            return .settled(end, needsReset: false)
        case (.finalDot, .refused(let outcome)):
            answerOpen(outcome)
            return .settled(end, needsReset: false)
        case (.chunk, .refused(let outcome)):
            answerOpen(outcome)
            // RFC 3030 §2: no more chunks after one that failed.
            guard isSendingContent else { break }
            progress = .cut
            return .stopContent(then: goOn())
        case (.mail, .refused(let outcome)), (.data, .refused(let outcome)),
            (.lastChunk, .refused(let outcome)):
            answerOpen(outcome)
        case (.reset, .refused):
            // What follows could be taken for a part of the transaction before.
            return .failed(ReplyClassifier.judgeRefusedReset(reply))
        case (_, .completed), (_, .intermediate), (.loneDot, .refused):
            break
        }
        return goOn()
    }

    /// What follows a reply that has not ended the transaction itself.
    private mutating func goOn() -> Step {
        guard current == sentCount, !isSendingContent else { return .wait }
        if hasEnded { return .settled(end, needsReset: true) }
        if sentCount < items.count { return sendOn() }
        progress = .requested
        return .sendChunk
    }

    /// The server waits for the content.
    private mutating func beginContent() -> Step {
        guard hasEnded else {
            progress = .requested
            return .sendContent
        }
        // RFC 2920 §3.1: with nobody to send to, one dot ends what must not begin.
        var line = ByteBuffer()
        do throws(CommandError) {
            try CommandEncoder.encode(.endOfContent, into: &line)
        } catch {
            return .failed(RelayFault(kind: .local, phase: phase, code: nil, text: error.summary))
        }
        expect(.loneDot)
        return .send(line, replyCount: 1, isContentToFollow: false)
    }

    private mutating func receiveEarly(_ reply: Reply) -> Step {
        switch ReplyClassifier.judgeEarly(reply) {
        case .refused(let outcome): answerOpen(outcome)
        case .fault(let fault): return .failed(fault)
        case .completed, .intermediate: return .failed(ReplyClassifier.judgeUnsolicited(reply, in: .content))
        }
        return .cutShort(end)
    }

    /// What the server says to RSET, and nothing else is to come.
    private func receiveEnd(_ reply: Reply, _ outcome: TransactionOutcome) -> Step {
        switch ReplyClassifier.judge(reply, to: .reset) {
        case .completed: .settled(outcome, needsReset: false)
        case .fault(let fault): .failed(fault)
        case .intermediate, .refused: .cutShort(outcome)
        }
    }

    // MARK: Answers

    /// Whether nothing that is still to come can change the outcome.
    private var hasEnded: Bool { openCount == 0 || stopper != nil || contentProblem != nil }

    /// The outcome, once the transaction has ended.
    private var end: TransactionOutcome {
        if let stopper, let outcome = answers[stopper] { return .stopped(recipient: stopper, outcome) }
        if openCount > 0, let contentProblem { return .contentFailed(contentProblem) }
        return .settled(answers.compactMap(\.self))
    }

    /// A recipient is refused, if it has no answer yet.
    private mutating func refuse(_ index: Int, _ outcome: RecipientOutcome) {
        guard answers[index] == nil else { return }
        answers[index] = outcome
        openCount -= 1
        if stopper == nil, transaction.refusalPolicy.stops(at: index) { stopper = index }
    }

    /// Gives all recipients without an answer this one.
    private mutating func answerOpen(_ outcome: RecipientOutcome) {
        guard openCount > 0 else { return }
        answers = answers.map { $0 ?? outcome }
        openCount = 0
    }
}
