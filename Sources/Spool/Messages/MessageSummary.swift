// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// One message as `smtpq list` and `smtpq show` tell of it.
package struct MessageSummary: Sendable {
    /// One recipient and where it stands.
    package struct Recipient: Hashable, Sendable {
        /// The address.
        package let address: String
        /// Where it stands; nil before the first answer.
        package let state: RecipientState?
        /// The last reply or reason.
        package let reason: String?
    }

    /// Its name.
    package let stem: MessageStem
    /// Its state.
    package let state: SpoolState
    /// Size of the file in bytes.
    package let fileByteCount: Int64
    /// When it was queued.
    package let queuedAt: Timestamp
    /// Attempts that counted.
    package let attempts: Int
    /// The time of the next attempt, when it has one.
    package let nextAttempt: Timestamp?
    /// The sender, as `<a@b>`; nil when the file cannot be read or is no message.
    package let sender: String?
    /// The recipients; empty when the file cannot be read or is no message.
    package let recipients: [Recipient]
    /// The last reason why something did not work.
    package let lastReason: String?
}

extension QueueDirectory {
    /// What is known of a message.
    ///
    /// A file that cannot be read is told of all the same, with the reason.
    ///
    /// - Throws: ``SpoolError`` with code `notFound` when there is none in that state.
    package func summary(of stem: MessageStem, in state: SpoolState) throws(SpoolError) -> MessageSummary {
        let name = SpoolFileName.message(stem, state).text
        let status = try handle.status(of: name)
        let history = (try? history(of: stem).history) ?? MessageHistory()
        let queuedAt = history.queuedAt(fileTime: status.modified)
        var envelope: Envelope?
        var after: Timestamp?
        var problem: String?
        do throws(SpoolError) {
            let file = try handle.openForReading(name)
            let status = try file.status()
            guard status.isRegular else { throw SpoolError(.hostile, "\(status.kind), not a regular file") }
            let parsed = try ParsedQueueFile(
                file,
                status: status,
                stem: stem,
                queuedAt: queuedAt,
                rules: localAddressRules
            )
            envelope = parsed.envelope
            after = parsed.options.after
        } catch {
            problem = error.summary
        }
        return MessageSummary(
            stem: stem,
            state: state,
            fileByteCount: status.byteCount,
            queuedAt: queuedAt,
            attempts: history.attempts,
            nextAttempt: state == .queued
                ? history.nextAttempt(fileTime: status.modified, now: .now()) ?? after : nil,
            sender: envelope?.sender.path.description,
            recipients: envelope?.recipients.map { recipient in
                let line = history.recipients[recipient.address.description]
                return .init(
                    address: recipient.address.description,
                    state: line?.outcome,
                    reason: line?.reason
                )
            } ?? [],
            lastReason: history.lastReason ?? problem
        )
    }

    /// The whole file of a message, handed over piece by piece.
    package func read(
        _ stem: MessageStem,
        in state: SpoolState,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(SpoolError) {
        let file = try handle.openForReading(SpoolFileName.message(stem, state).text)
        let status = try file.status()
        guard status.isRegular else {
            throw SpoolError(.hostile, "\(file.path) is \(status.kind), not a regular file")
        }
        try file.forEachPiece(body)
    }
}
