// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// A message in whatever state: its file opened, read and checked, its journal folded.
struct OpenedMessage {
    let stem: MessageStem
    let file: OpenFile
    /// The state of the file before it was read.
    let status: FileStatus
    let parsed: ParsedQueueFile
    let queuedAt: Timestamp
    /// Recipients without a final answer, in the order of the envelope.
    let openRecipients: [EnvelopeRecipient]

    private let history: MessageHistory
    private let hasJournal: Bool
    /// The date of a message without one.
    private let date: Timestamp

    /// Reads an open file.
    ///
    /// - Throws: ``SpoolError`` as ``ParsedQueueFile`` does.
    init(
        _ stem: MessageStem,
        _ file: OpenFile,
        _ status: FileStatus,
        _ journal: (history: MessageHistory, hasJournal: Bool),
        now: Timestamp,
        rules: LocalAddressRules
    ) throws(SpoolError) {
        self.stem = stem
        self.file = file
        self.status = status
        let history = journal.history
        (self.history, hasJournal) = journal
        // The time of a file may lie in the future.
        queuedAt = min(history.queuedAt(fileTime: status.modified), now)
        date = history.givenDate ?? queuedAt
        parsed = try ParsedQueueFile(file, status: status, stem: stem, queuedAt: date, rules: rules)
        openRecipients = parsed.envelope.recipients.filter { !history.isFinal($0.address) }
    }

    /// What is known of it without its content; these recipients are due.
    func queued(due: [EnvelopeRecipient]) -> QueuedMessage {
        QueuedMessage(
            envelope: parsed.envelope,
            options: parsed.options,
            history: history,
            openRecipients: openRecipients,
            dueRecipients: due
        )
    }

    /// The message, now that nobody else takes it; its file keeps this state as long as nobody touches it.
    func claimed(_ queued: QueuedMessage, status: FileStatus) -> ClaimedMessage {
        ClaimedMessage(
            stem: stem,
            queued: queued,
            receivedCount: parsed.receivedCount,
            content: parsed.content(of: file, status: status),
            hasJournal: hasJournal,
            queuedAt: queuedAt,
            givenDate: parsed.hasGivenDate ? date : nil
        )
    }
}

extension QueueDirectory {
    /// Opens the file of a message: a regular one with one link, or an error with code `hostile`.
    func open(
        _ stem: MessageStem,
        _ state: SpoolState
    ) throws(SpoolError) -> (file: OpenFile, status: FileStatus) {
        let file = try handle.openForReading(SpoolFileName.message(stem, state).text)
        let status = try file.status()
        guard status.isRegular else {
            throw SpoolError(.hostile, "\(file.path) is \(status.kind), not a regular file")
        }
        guard status.linkCount == 1 else {
            throw SpoolError(.hostile, "\(file.path) has \(status.linkCount) links, not one")
        }
        return (file, status)
    }
}
