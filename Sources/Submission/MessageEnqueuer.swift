// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import ProgramOutput
package import Spool

/// Puts a message into the queue: whole and durable, or not at all (G1).
package struct MessageEnqueuer {
    private let location: QueueLocation
    private let queue: QueueDirectory

    /// Opens the queue, so that what is wrong with it is said before a message is read.
    package init(_ location: QueueLocation) throws(CommandFailure) {
        self.location = location
        do throws(SpoolError) {
            queue = try QueueDirectory.open(location.path)
        } catch {
            throw CommandFailure(enqueueing: error, in: location.path)
        }
    }

    /// Writes a message, which is not in the queue before it is committed, here or in bulk.
    ///
    /// - Parameters:
    ///   - stem: its id; nil for a new one.
    ///   - key: the key that its id comes from, under which it is enqueued once; nil for none.
    ///   - envelope: its envelope block, which always stands before it: nothing in the message is taken for one.
    ///   - message: writes the message, piece by piece, to what it is given.
    /// - Returns: the message, which is given up when it is released.
    /// - Throws: ``CommandFailure``. Nothing is left then.
    package func write(
        _ stem: MessageStem? = nil,
        key: SubmissionKey? = nil,
        envelope: QueueFileEnvelope,
        message: ((ArraySlice<UInt8>) throws(CommandFailure) -> Void) throws(CommandFailure) -> Void
    ) throws(CommandFailure) -> QueueSubmission {
        let (submission, blockByteCount) = try spool { () throws(SpoolError) in
            let block = try envelope.encoded()
            // What the daemon would refuse to read is refused here.
            _ = try QueueFileParser.parse(block, isWhole: true)
            let submission =
                if let key {
                    try QueueSubmission(in: queue, envelope: envelope, key: key)
                } else if let stem {
                    try QueueSubmission(in: queue, envelope: envelope, stem: stem)
                } else {
                    try QueueSubmission(in: queue, envelope: envelope)
                }
            return (submission, block.count)
        }
        var byteCount = Int64(blockByteCount)
        try message { bytes throws(CommandFailure) in
            byteCount += Int64(bytes.count)
            if let limit = location.maximumByteCount, byteCount > limit {
                throw CommandFailure(
                    "the message is larger than MaxMessageSize (\(limit) bytes): nothing was enqueued",
                    .badData
                )
            }
            try spool { () throws(SpoolError) in try submission.write(Array(bytes)) }
        }
        return submission
    }

    /// Writes a message that is given whole.
    ///
    /// - Parameters:
    ///   - source: the message.
    ///   - request: the envelope that is asked for.
    ///   - key: the key under which it is enqueued once; nil for none.
    ///   - local: the sender for a message that names none.
    /// - Returns: the message, which is given up when it is released.
    /// - Throws: ``CommandFailure``. Nothing is left then.
    package func write(
        _ source: any MessageSource,
        request: EnvelopeRequest,
        key: SubmissionKey? = nil,
        local: () throws(CommandFailure) -> EnvelopeSender
    ) throws(CommandFailure) -> QueueSubmission {
        let beginning = try MessageBeginning.read(from: source)
        let envelope = try request.envelope(for: beginning.header, local: local)
        return try write(key: key, envelope: envelope) { write throws(CommandFailure) in
            try write(beginning.bytes[...])
            while let piece = try source.next() { try write(piece[...]) }
        }
    }

    /// Puts a message into the queue: when this returns, it is durable.
    ///
    /// Whoever repeats himself under a key is told so.
    ///
    /// - Returns: its id.
    package func commit(_ submission: QueueSubmission) throws(CommandFailure) -> MessageStem {
        if try spool({ () throws(SpoolError) in try submission.commit() }) == .repeated {
            StandardStream.error.writeLine("smtpq: a message was enqueued under this key before, not again")
        }
        return submission.stem
    }

    /// Messages that are put into the queue together.
    package func bulk() -> BulkSubmission { BulkSubmission(in: queue) }

    /// What an outcome of such a message means.
    package func acceptance(
        of outcome: BulkSubmission.Outcome
    ) throws(CommandFailure) -> QueueSubmission.Acceptance {
        try spool { () throws(SpoolError) in try outcome.result.get() }
    }

    private func spool<Value>(_ work: () throws(SpoolError) -> Value) throws(CommandFailure) -> Value {
        do throws(SpoolError) {
            return try work()
        } catch {
            throw CommandFailure(enqueueing: error, in: location.path)
        }
    }
}
