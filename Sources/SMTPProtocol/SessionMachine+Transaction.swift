// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// Mail: the transaction itself is in TransactionPhase.
extension SessionMachine {
    mutating func beginTransaction(
        _ transaction: MailTransaction,
        _ state: consuming State,
        _ actions: inout [SessionAction]
    ) -> State {
        switch consume state {
        case .idle:
            var phase = TransactionPhase(transaction, capabilities: capabilities, isSecured: isSecured)
            return perform(phase.begin(), of: phase, &actions)
        case .closed:
            actions.append(.finishTransaction(.relayFault(closingFault)))
            return .closed
        case let other:
            // Both end: the one that was running, if one was, and this one.
            let next = misuse("a transaction before the session was free for it", other, &actions)
            return beginTransaction(transaction, next, &actions)
        }
    }

    mutating func perform(
        _ step: TransactionPhase.Step,
        of transaction: TransactionPhase,
        _ actions: inout [SessionAction]
    ) -> State {
        switch step {
        case .wait:
            return .transacting(transaction)
        case .send(let lines, let replyCount, let isContentToFollow):
            awaitedReplyCount += replyCount
            actions.append(.write(lines))
            if isContentToFollow { actions.append(.sendChunk) }
            return .transacting(transaction)
        case .sendContent:
            actions.append(.sendContent)
            return .transacting(transaction)
        case .sendChunk:
            actions.append(.sendChunk)
            return .transacting(transaction)
        case .stopContent(let next):
            actions.append(.stopContent)
            return perform(next, of: transaction, &actions)
        case .settled(let outcome, needsReset: true):
            return send(.reset, then: .resetting(outcome), &actions)
        case .settled(let outcome, needsReset: false):
            actions.append(.finishTransaction(outcome))
            return .idle
        case .cutShort(let outcomes):
            actions.append(.finishTransaction(.settled(outcomes)))
            return close(&actions)
        case .failed(let fault):
            return abandon(.transacting(transaction), fault, &actions)
        }
    }

    mutating func endChunk(_ state: consuming State, _ actions: inout [SessionAction]) -> State {
        if case .closed = state { return .closed }
        guard case .transacting(var transaction) = state, transaction.isSendingContent else {
            return misuse("a chunk that was not asked for", state, &actions)
        }
        awaitedReplyCount += 1
        return perform(transaction.chunkSent(), of: transaction, &actions)
    }

    mutating func endContent(_ state: consuming State, _ actions: inout [SessionAction]) -> State {
        if case .closed = state { return .closed }
        guard case .transacting(var transaction) = state, transaction.isSendingContent else {
            return misuse("content that was not asked for", state, &actions)
        }
        transaction.contentSent()
        awaitedReplyCount += 1
        return .transacting(transaction)
    }

    mutating func failContent(
        _ reason: String,
        _ state: consuming State,
        _ actions: inout [SessionAction]
    ) -> State {
        if case .closed = state { return .closed }
        guard case .transacting(let transaction) = state, transaction.isSendingContent else {
            return misuse("content that was not asked for", state, &actions)
        }
        // Without its end the server throws away what it has (RFC 5321 §4.1.1.4): only closing leaves it so.
        actions.append(.finishTransaction(.contentFailed(reason)))
        return close(&actions)
    }

    mutating func receiveResetReply(
        _ reply: Reply,
        _ outcome: TransactionOutcome,
        _ actions: inout [SessionAction]
    ) -> State {
        switch ReplyClassifier.judge(reply, to: .reset) {
        case .completed:
            actions.append(.finishTransaction(outcome))
            return .idle
        case .fault(let fault):
            return abandon(.resetting(outcome), fault, &actions)
        case .intermediate, .refused:
            // The server will not forget the transaction: the connection is of no more use, the outcome stands.
            actions.append(.finishTransaction(outcome))
            return close(&actions)
        }
    }
}
