// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The transactions that were asked for and have no outcome yet, in their order: first those under way, then those that
/// wait.
///
/// With PIPELINING one begins as soon as the content of the one before is on its way to its end, for that may be the first of a
/// group of commands (RFC 2920 §3.1):
///
/// ```
/// C: (content of A) .                       C: RSET MAIL RCPT BDAT 900 LAST (content of A)
/// C: MAIL RCPT DATA                of B     C: RSET MAIL RCPT BDAT 700 LAST (content of B)
/// S: 250 …                         of A     S: 250 … 250 … 250 … 250 …                of A
/// S: 250 …  250 …  354 …           of B     S: 250 … 250 … 250 … 250 …                of B
/// ```
///
/// DATA must be the last command of a group, so at most two are under way with it. All replies go to the first.
///
/// - SeeAlso: RFC 2920, RFC 3030 §4.2
struct PipelinePhase {
    typealias Step = TransactionPhase.Step

    /// The most transactions under way.
    private static let countLimit = 4
    /// The most bytes of contents that are sent before it is known that somebody is to have them.
    private static let eagerByteLimit: Int64 = 128 << 10

    private let capabilities: Capabilities
    private let isSecured: Bool
    private let overlaps: Bool
    private var transactions: [TransactionPhase] = []
    private var begunCount = 0
    /// The fault with which the relay answered a transaction that others are behind: they are waited for, no more begin.
    private var ending: RelayFault?
    /// Whether 421 is the last that was heard.
    private var isClosing = false

    /// No transactions, with a server of these capabilities; they overlap where it takes that and it is wanted.
    init(capabilities: Capabilities, isSecured: Bool, overlaps: Bool) {
        self.capabilities = capabilities
        self.isSecured = isSecured
        self.overlaps = overlaps && capabilities.supports(.pipelining)
    }

    /// How many transactions should be asked for at a time so that the connection is never without work.
    ///
    /// With DATA one waits for its answer, one for its turn to send its content, and one goes along with that content. With BDAT as
    /// many wait as are under way, so that many answers at once are followed by many contents at once.
    static func depth(_ capabilities: Capabilities, overlaps: Bool) -> Int {
        guard overlaps, capabilities.supports(.pipelining) else { return 1 }
        return capabilities.supports(.chunking) ? 2 * countLimit : 3
    }

    var isEmpty: Bool { transactions.isEmpty }

    /// The phase in which the first transaction is.
    var phase: SessionPhase {
        guard begunCount > 0 else { return .idle }
        return ending == nil ? transactions[0].phase : .quit
    }

    /// Whether a content is being sent.
    var isSendingContent: Bool { begunCount > 0 && transactions[begunCount - 1].isSendingContent }

    /// The number of transactions before the one that began last.
    var lastBegunIndex: Int { begunCount - 1 }

    /// Whether a reply may come that answers no command: the refusal of a content that is still being sent.
    var takesEarlyReply: Bool { begunCount > 0 && transactions[0].takesEarlyReply }

    /// Whether the server has yet to be told to forget the first transaction when that has failed.
    ///
    /// Those behind it have begun with RSET.
    var needsReset: Bool { ending == nil && !isFollowed }

    /// Adds a transaction, which waits.
    mutating func append(_ transaction: MailTransaction) {
        transactions.append(TransactionPhase(transaction, capabilities: capabilities, isSecured: isSecured))
    }

    /// Begins the next transaction, if it may begin now.
    mutating func beginNext() -> Step? {
        guard ending == nil, begunCount < transactions.count, mayBegin(transactions[begunCount]) else {
            return nil
        }
        let isBehindAnother = begunCount > 0
        begunCount += 1
        let step = transactions[begunCount - 1].begin(isBehindAnother: isBehindAnother)
        // What needs no server waits for its turn all the same.
        if isBehindAnother, case .settled = step { return .wait }
        return step
    }

    /// A reply, which is for the first transaction.
    mutating func receive(_ reply: Reply) -> Step {
        isClosing = false
        let step = transactions[0].receive(reply)
        guard case .failed(let fault) = step, isFollowed, let code = fault.code, code >= 400 else {
            return step
        }
        // The server goes on to answer, or closes: what it says of the others decides their fate.
        ending = ending ?? fault
        isClosing = fault.kind == .serviceClosing
        return transactions[0].conclude(after: fault)
    }

    /// A chunk that is not the last one is on its way.
    mutating func chunkSent() -> Step { transactions[begunCount - 1].chunkSent() }

    /// The content is on its way, its end included.
    mutating func contentSent() { transactions[begunCount - 1].contentSent() }

    /// The content cannot be read to its end, which was not sent.
    mutating func contentFailed(_ reason: String) -> Step {
        transactions[begunCount - 1].contentFailed(reason)
    }

    /// RSET is on its way, and then the first transaction has ended.
    mutating func awaitReset(_ outcome: TransactionOutcome) { transactions[0].awaitReset(outcome) }

    /// Takes out the first transaction, which has ended; returns what follows from that.
    mutating func removeFirst() -> Step? {
        transactions.removeFirst()
        begunCount -= 1
        guard begunCount > 0 else { return ending.map { .failed($0) } }
        return transactions[0].settled
    }

    /// Why the session ends when this comes, with what becomes of each transaction.
    func end(after fault: RelayFault) -> (fault: RelayFault, outcomes: [TransactionOutcome]) {
        let cause = ending ?? fault
        // RFC 5321 §3.8: with 421 the server closes; what was sent behind that it has not looked at.
        let isUntouched = isClosing && fault.kind == .connectionLost
        let outcomes = transactions.enumerated().map { index, transaction in
            let isAtFault = index == 0 && begunCount > 0 && ending == nil
            let seen = isAtFault ? cause : cause.whileIdle
            return isUntouched ? .relayFault(seen) : transaction.outcome(after: seen)
        }
        return (cause, outcomes)
    }

    /// Whether the fault shows that the server does not take what comes behind the end of a content.
    func showsIntolerance(_ fault: RelayFault) -> Bool {
        let cause = ending ?? fault
        if cause.kind == .protocolViolation, cause.phase == .reset { return true }
        guard fault.kind == .timeout, begunCount > 0 else { return false }
        return transactions[0].isBehindAnother && transactions[0].isUnanswered
    }

    /// Whether something was said behind the first transaction.
    private var isFollowed: Bool { transactions[..<begunCount].dropFirst().contains(where: \.hasSpoken) }

    private func mayBegin(_ next: TransactionPhase) -> Bool {
        guard begunCount > 0 else { return true }
        guard overlaps, begunCount < Self.countLimit, transactions[begunCount - 1].mayBeFollowed else {
            return false
        }
        let eagerByteCount = transactions[..<begunCount].reduce(next.eagerByteCount) {
            $0 + $1.eagerByteCount
        }
        return eagerByteCount <= Self.eagerByteLimit
    }
}
