// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc

/// Enqueues one message: written piece by piece, published whole and durable, or not at all (G1).
///
/// Not thread-safe: one message, one writer. A writer that is released without ``commit()`` leaves nothing behind.
package final class QueueSubmission {
    private let handle: DirectoryHandle
    private let temporaryName: String
    /// The file while it is open for writing.
    private var file: OpenFile?
    /// Whether the temporary file is there, and of this submission.
    private var isOpen = false

    /// The name that the message will have.
    package let stem: MessageStem

    /// The mode of a message: the group reads, so that the daemon does whoever drops it.
    private static let mode: mode_t = 0o640

    /// Begins a message with its envelope block.
    ///
    /// An empty envelope makes a plain message, with the envelope in its header.
    ///
    /// - Throws: ``SpoolError``: `malformed` for an envelope that cannot be written, `alreadyThere` when there is a
    ///   message of that name in whatever state, `notPermitted`, `noSpace`, `host`.
    package init(
        in queue: QueueDirectory,
        envelope: QueueFileEnvelope,
        stem: MessageStem = .random()
    ) throws(SpoolError) {
        let block = try envelope.encoded()
        if let state = try queue.state(of: stem) {
            throw SpoolError(
                .alreadyThere,
                "\(queue.path)/\(SpoolFileName.message(stem, state).text) is there already"
            )
        }
        handle = queue.handle
        self.stem = stem
        // A name of its own: what a crash has left of an earlier try is in nobody's way.
        temporaryName = "." + MessageStem.random().text + ".new"
        file = try queue.handle.create(temporaryName, mode: Self.mode)
        isOpen = true
        try write(block)
    }

    deinit { abandon() }

    /// Appends bytes of the message.
    package func write(_ bytes: [UInt8]) throws(SpoolError) { try file?.write(bytes) }

    /// Appends bytes of the message.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SpoolError) { try file?.write(bytes) }

    /// Publishes the message.
    ///
    /// When this returns, the message survives a power cut.
    ///
    /// - Throws: ``SpoolError``. Nothing is published then, and nothing is left.
    package func commit() throws(SpoolError) {
        let name = SpoolFileName.message(stem, .queued).text
        let published: OpenFile
        do throws(SpoolError) {
            try file?.sync()
            // A message is published closed: a daemon that meets it open for writing leaves it alone for seconds.
            published = try handle.openForReading(temporaryName)
            file = nil
            try handle.rename(temporaryName, to: name)
        } catch {
            // A sync that failed once may succeed the second time without the data: there is no second time.
            abandon()
            throw error
        }
        isOpen = false
        do throws(SpoolError) {
            try handle.sync(through: published)
        } catch {
            // Not durable is not accepted: taken back, as far as the daemon has not begun with it.
            try? handle.remove(name)
            throw error
        }
    }

    /// Gives the message up.
    package func abandon() {
        guard isOpen else { return }
        isOpen = false
        try? handle.remove(temporaryName)
    }
}
