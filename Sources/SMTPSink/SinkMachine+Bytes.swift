// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

// What arrives: command lines, contents, chunks.
extension SinkMachine {
    mutating func advance(_ actions: inout [SinkAction]) {
        var isStuck = false
        while input.readableBytes > 0, !isStuck {
            switch phase {
            case .command: isStuck = !takeCommand(&actions)
            case .overlongCommand: isStuck = !skipLine()
            case .content: takeContent(&actions)
            case .chunk(let remaining, let isLast): takeChunk(remaining, isLast: isLast, &actions)
            case .refusedChunk(let remaining, let reply): skipChunk(remaining, reply, &actions)
            case .closed: input.clear()
            case .waiting: isStuck = true
            }
        }
        if input.readableBytes == 0 { input = ByteBuffer() } else { input.discardReadBytes() }
    }

    /// Takes a command line; false when it is not whole yet.
    mutating func takeCommand(_ actions: inout [SinkAction]) -> Bool {
        let bytes = input.readableBytesView
        guard let end = bytes.prefix(Self.commandByteLimit).firstIndex(of: UInt8(ascii: "\n")) else {
            guard bytes.count >= Self.commandByteLimit else { return false }
            phase = .overlongCommand
            actions.append(.reply("500 5.5.6 the line is too long"))
            return true
        }
        input.moveReaderIndex(forwardBy: end + 1 - bytes.startIndex)
        let line = bytes[bytes.startIndex..<end]
        if let command = SinkCommand(line.last == UInt8(ascii: "\r") ? line.dropLast() : line) {
            execute(command, &actions)
        } else {
            answer("500 5.5.2 the line holds controls or is no UTF-8", after: options.commandDelay, &actions)
        }
        return true
    }

    mutating func skipLine() -> Bool {
        let bytes = input.readableBytesView
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
            input.clear()
            return false
        }
        input.moveReaderIndex(forwardBy: end + 1 - bytes.startIndex)
        phase = .command
        return true
    }

    // MARK: Content

    mutating func takeContent(_ actions: inout [SinkAction]) {
        guard var transaction = transaction.take() else {
            phase = .command
            return
        }
        transaction.take(&input)
        let isAtEnd = transaction.isAtEnd
        self.transaction = transaction
        if dropsNow(transaction, &actions) { return }
        if isAtEnd { finish(&actions) } else { handOver(&actions) }
    }

    mutating func takeChunk(_ remaining: Int, isLast: Bool, _ actions: inout [SinkAction]) {
        guard var transaction = transaction.take(),
            var bytes = input.readSlice(length: min(remaining, input.readableBytes))
        else {
            phase = .command
            return
        }
        let left = remaining - bytes.readableBytes
        transaction.take(&bytes)
        self.transaction = transaction
        if dropsNow(transaction, &actions) { return }
        guard left == 0 else {
            phase = .chunk(remaining: left, isLast: isLast)
            return handOver(&actions)
        }
        endChunk(isLast: isLast, &actions)
    }

    mutating func endChunk(isLast: Bool, _ actions: inout [SinkAction]) {
        phase = .command
        if isLast {
            transaction?.finish()
            return finish(&actions)
        }
        handOver(&actions)
        if let defect = transaction?.defect {
            clear(&actions)
            return answer(defect.reply, after: options.commandDelay, &actions)
        }
        answer("250 2.0.0 chunk taken", after: options.commandDelay, &actions)
    }

    mutating func skipChunk(_ remaining: Int, _ reply: String, _ actions: inout [SinkAction]) {
        let count = min(remaining, input.readableBytes)
        input.moveReaderIndex(forwardBy: count)
        guard count == remaining else {
            phase = .refusedChunk(remaining: remaining - count, reply: reply)
            return
        }
        phase = .command
        answer(reply, after: options.commandDelay, &actions)
    }

    mutating func handOver(_ actions: inout [SinkAction], atLeast byteCount: Int = pieceByteCount) {
        if let piece = transaction?.takeKept(atLeast: byteCount) { actions.append(.keep(piece)) }
    }

    mutating func dropsNow(_ transaction: SinkTransaction, _ actions: inout [SinkAction]) -> Bool {
        guard let limit = options.dropsAfterByteCount, transaction.byteCount >= limit else { return false }
        clear(&actions)
        perform([.close], &actions)
        return true
    }

    /// The content is there as a whole.
    mutating func finish(_ actions: inout [SinkAction]) {
        phase = .command
        handOver(&actions, atLeast: 1)
        guard let ended = transaction.take() else { return }
        if options.dropsAfterContent { return perform([.discard, .close], &actions) }
        let refusal = override(".", ended.envelopeText) ?? ended.defect?.reply
        guard let refusal else { return wait(options.delay, then: [.store(ended.message)], &actions) }
        actions.append(.discard)
        answer(refusal, after: options.delay, &actions)
    }

    /// Forgets the transaction.
    mutating func clear(_ actions: inout [SinkAction]) {
        if transaction.take()?.hasContent == true { actions.append(.discard) }
    }
}
