// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// Mail: the transactions themselves are in PipelinePhase and TransactionPhase.
extension SessionMachine {
    mutating func addTransaction(
        _ transaction: MailTransaction,
        _ state: consuming State,
        _ actions: inout [SessionAction]
    ) -> State {
        switch consume state {
        case .idle:
            var pipeline = PipelinePhase(
                capabilities: capabilities,
                isSecured: isSecured,
                overlaps: settings.overlapsTransactions
            )
            pipeline.append(transaction)
            return .transacting(pipeline)
        case .transacting(var pipeline):
            pipeline.append(transaction)
            return .transacting(pipeline)
        case .closed:
            finish(.relayFault(closingFault), &actions)
            return .closed
        case let other:
            // Both end: what was running, if something was, and this one.
            let next = misuse("a transaction before the session was free for it", other, &actions)
            return addTransaction(transaction, next, &actions)
        }
    }

    /// Begins all transactions that may begin now.
    mutating func beginTransactions(_ state: consuming State, _ actions: inout [SessionAction]) -> State {
        switch consume state {
        case .transacting(var pipeline):
            guard let step = pipeline.beginNext() else { return .transacting(pipeline) }
            return beginTransactions(perform(step, of: pipeline, &actions), &actions)
        case let other:
            return other
        }
    }

    mutating func perform(
        _ step: PipelinePhase.Step,
        of pipeline: consuming PipelinePhase,
        _ actions: inout [SessionAction]
    ) -> State {
        let place = finishedCount + pipeline.lastBegunIndex
        switch step {
        case .wait:
            return .transacting(pipeline)
        case .send(let lines, let replyCount, let isContentToFollow):
            awaitedReplyCount += replyCount
            actions.append(.write(lines))
            if isContentToFollow { actions.append(.sendChunk(of: place)) }
            return .transacting(pipeline)
        case .sendContent:
            actions.append(.sendContent(of: place))
            return .transacting(pipeline)
        case .sendChunk:
            actions.append(.sendChunk(of: place))
            return .transacting(pipeline)
        case .stopContent(let next):
            actions.append(.stopContent)
            return perform(next, of: pipeline, &actions)
        case .settled(let outcome, needsReset: true) where pipeline.needsReset:
            pipeline.awaitReset(outcome)
            return send(.reset, then: .transacting(pipeline), &actions)
        case .settled(let outcome, _):
            finish(outcome, &actions)
            if let next = pipeline.removeFirst() { return perform(next, of: pipeline, &actions) }
            return pipeline.isEmpty ? .idle : .transacting(pipeline)
        case .cutShort(let outcome):
            finish(outcome, &actions)
            _ = pipeline.removeFirst()
            for outcome in pipeline.end(after: closingFault).outcomes { finish(outcome, &actions) }
            return close(&actions)
        case .failed(let fault):
            return abandon(.transacting(pipeline), fault, &actions)
        }
    }

    mutating func endChunk(_ state: consuming State, _ actions: inout [SessionAction]) -> State {
        switch consume state {
        case .transacting(var pipeline) where pipeline.isSendingContent:
            awaitedReplyCount += 1
            return perform(pipeline.chunkSent(), of: pipeline, &actions)
        case let other:
            return misuse("a chunk that was not asked for", other, &actions)
        }
    }

    mutating func endContent(_ state: consuming State, _ actions: inout [SessionAction]) -> State {
        switch consume state {
        case .transacting(var pipeline) where pipeline.isSendingContent:
            pipeline.contentSent()
            awaitedReplyCount += 1
            return .transacting(pipeline)
        case let other:
            return misuse("content that was not asked for", other, &actions)
        }
    }

    mutating func failContent(
        _ reason: String,
        _ state: consuming State,
        _ actions: inout [SessionAction]
    ) -> State {
        switch consume state {
        case .transacting(var pipeline) where pipeline.isSendingContent:
            return perform(pipeline.contentFailed(reason), of: pipeline, &actions)
        case let other:
            return misuse("content that was not asked for", other, &actions)
        }
    }

    mutating func finish(_ outcome: TransactionOutcome, _ actions: inout [SessionAction]) {
        finishedCount += 1
        actions.append(.finishTransaction(outcome))
    }
}
