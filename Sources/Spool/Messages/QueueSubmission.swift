// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// Enqueues one message: written piece by piece, published whole and durable, or not at all (G1).
///
/// Not thread-safe: one message, one writer. A writer that is released without ``commit()`` leaves nothing behind.
package final class QueueSubmission {
    /// What became of a message.
    package enum Acceptance: Hashable, Sendable {
        /// It is in the queue.
        case accepted
        /// An earlier one is, or was, under the same key: this one is dropped.
        case repeated
    }

    private let queue: QueueDirectory
    private let handle: DirectoryHandle
    /// A name of its own: what a crash has left of an earlier try is in nobody's way.
    private let temporary: MessageStem
    /// Whether it is under a key.
    let isKeyed: Bool
    /// The file while it is open for writing.
    private var file: OpenFile?
    /// Whether the temporary file is there, and of this submission.
    private var isOpen = false

    /// The name that the message will have.
    package let stem: MessageStem

    /// The mode of a message: the group reads, so that the daemon does whoever drops it.
    private static let mode: mode_t = 0o640

    /// Begins a message with its envelope block, under a new name.
    ///
    /// An empty envelope makes a plain message, with the envelope in its header.
    ///
    /// - Throws: ``SpoolError``: `malformed` for an envelope that cannot be written, `notPermitted`, `noSpace`, `host`.
    package convenience init(in queue: QueueDirectory, envelope: QueueFileEnvelope) throws(SpoolError) {
        try self.init(in: queue, envelope: envelope, stem: .random(), isKeyed: false)
    }

    /// Begins a message under a name that is known already.
    ///
    /// - Throws: ``SpoolError``: as above, and `alreadyThere` when there is a message of that name in whatever state.
    package convenience init(
        in queue: QueueDirectory,
        envelope: QueueFileEnvelope,
        stem: MessageStem
    ) throws(SpoolError) {
        if let state = try queue.state(of: stem) {
            throw SpoolError(
                .alreadyThere,
                "\(queue.path)/\(SpoolFileName.message(stem, state).text) is there already"
            )
        }
        try self.init(in: queue, envelope: envelope, stem: stem, isKeyed: false)
    }

    /// Begins a message under a key, which ``commit()`` enqueues once, whatever happens to this process or the host.
    ///
    /// - Throws: ``SpoolError``: `malformed`, `notPermitted`, `noSpace`, `host`.
    package convenience init(
        in queue: QueueDirectory,
        envelope: QueueFileEnvelope,
        key: SubmissionKey
    ) throws(SpoolError) {
        try self.init(in: queue, envelope: envelope, stem: key.stem, isKeyed: true)
    }

    private init(
        in queue: QueueDirectory,
        envelope: QueueFileEnvelope,
        stem: MessageStem,
        isKeyed: Bool
    ) throws(SpoolError) {
        let block = try envelope.encoded()
        self.queue = queue
        handle = queue.handle
        self.stem = stem
        self.isKeyed = isKeyed
        temporary = .random()
        file = try handle.create(temporaryName, mode: Self.mode)
        isOpen = true
        try write(block)
    }

    private var temporaryName: String {
        isKeyed ? KeyReceipt.pendingName(temporary) : Self.unfinishedName(temporary)
    }

    /// The name of a file that is being written and will never be published under it.
    static func unfinishedName(_ name: MessageStem) -> String { "." + name.text + ".new" }

    deinit { abandon() }

    /// Appends bytes of the message.
    package func write(_ bytes: [UInt8]) throws(SpoolError) { try file?.write(bytes) }

    /// Appends bytes of the message.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SpoolError) { try file?.write(bytes) }

    /// Publishes the message.
    ///
    /// When this returns, the message survives a power cut; under a key, this one or the first one does.
    ///
    /// - Throws: ``SpoolError``. Nothing is published then, and nothing is left; under a key the message may wait, hidden, to
    ///   be published by the next one under the key.
    @discardableResult
    package func commit() throws(SpoolError) -> Acceptance {
        guard isKeyed else {
            let group = SubmissionGroup([self], in: queue)
            guard let problem = group.publish().first else {
                throw SpoolError(.notFound, "the message was given up")
            }
            if let problem { throw problem }
            return .accepted
        }
        do throws(SpoolError) {
            try file?.sync()
            let witness = try handle.openForReading(temporaryName)
            file = nil
            return try publish(through: witness)
        } catch {
            abandon()
            throw error
        }
    }

    /// Ends the writing of a message without a key: to publish it, or to remove it, is up to its group.
    ///
    /// Returns nil when it was given up before.
    func seal() -> (names: (temporary: String, stem: MessageStem), file: OpenFile)? {
        guard isOpen, let file = file.take() else { return nil }
        isOpen = false
        return ((temporaryName, stem), file)
    }

    /// Publishes the message under its key, or the one that came first.
    private func publish(through witness: OpenFile) throws(SpoolError) -> Acceptance {
        let receipt = KeyReceipt(queue, stem: stem, witness: witness)
        let isFirst = try receipt.take(for: temporary)
        // With the receipt the file belongs to the key.
        if isFirst { isOpen = false }
        try receipt.complete()
        abandon()
        return isFirst ? .accepted : .repeated
    }

    /// Gives the message up.
    package func abandon() {
        guard isOpen else { return }
        isOpen = false
        try? handle.remove(temporaryName)
    }
}
