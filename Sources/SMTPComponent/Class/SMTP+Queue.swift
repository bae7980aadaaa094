// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import MailMessage
internal import SMTPProtocol
internal import Spool
internal import Synchronization

extension SMTP {
    private static let headerByteLimit = 128 << 10

    /// Puts the message that the properties describe into a queue directory; nothing is sent.
    ///
    /// When it returns, the message is on the disk and survives a power cut. Date and Message-ID are fixed now. Server and
    /// login are not stored. The daemon `smtpqd` sends it, or ``processQueue(_:)``.
    ///
    /// - Parameter directory: the queue directory, which must exist.
    /// - Returns: the name of the file in it, `….queued`.
    /// - Throws: 164 without From, 165 without a recipient, 194 for a directory that cannot be used, 195 when the file
    ///   cannot be written, 166 while another method runs. Nothing is queued then.
    @discardableResult
    public func queue(_ directory: String) async throws(SMTPError) -> String {
        try await run(check: OutgoingMessage.checkParties) { members throws(SMTPError) in
            let now = Timestamp.now()
            let message = try OutgoingMessage(members, now: now)
            return try await BlockingWork.run { () throws(SMTPError) in
                try QueueWork(path: directory).add(message, now: now)
            }
        }
    }

    /// Sends what waits in a queue directory: the files `*.queued`, the oldest name first, over one connection.
    ///
    /// Each file is `.sending` while it is sent. Then it is deleted, or `.sent` with the setting KeepQueue. There is no
    /// second attempt: what is refused becomes `.failed`, fires the event Error, and the next file follows. When the
    /// connection fails, the file that is under way becomes `.failed`, and the others stay as they are.
    ///
    /// - Parameter directory: the queue directory, which must exist.
    /// - Throws: 163 without a MailServer, 194 for a directory that cannot be used or that another process delivers, 166
    ///   while another method runs; the first refusal, after all files; what ``connect()`` throws, before any file.
    public func processQueue(_ directory: String) async throws(SMTPError) {
        try await run(check: Self.checkServer) { [self] members throws(SMTPError) in
            let queue = try await BlockingWork.run { () throws(SMTPError) in try QueueWork(path: directory) }
            let pass = QueuePass(over: queue.directory, keepQueue: members.flag(.keepQueue))
            let lock: QueueLock
            let stems: [MessageStem]
            do throws(SpoolError) {
                (lock, stems) = try await pass.begin()
            } catch {
                throw SMTPError(error)
            }
            defer { withExtendedLifetime(lock) {} }
            guard !stems.isEmpty else { return }
            try await withSession(members) { session throws(SMTPError) in
                try await send(stems, in: pass, over: session, members)
            }
        }
    }

    private func send(
        _ stems: [MessageStem],
        in pass: QueuePass,
        over session: EngineSession,
        _ members: MemberStore
    ) async throws(SMTPError) {
        var firstRefusal: SMTPError?
        for stem in stems {
            guard session.isOpen, !Task.isCancelled else { throw SMTPError(.droppedByRelay) }
            do throws(SMTPError) {
                try await send(stem, in: pass, over: session, members)
            } catch {
                guard session.isOpen, !Task.isCancelled else { throw error }
                delivery.post(.error(code: error.code, description: error.description))
                firstRefusal = firstRefusal ?? error
            }
        }
        if let firstRefusal { throw firstRefusal }
    }

    private func send(
        _ stem: MessageStem,
        in pass: QueuePass,
        over session: EngineSession,
        _ members: MemberStore
    ) async throws(SMTPError) {
        let entry: QueuePass.Entry?
        do throws(SpoolError) {
            entry = try await pass.send(stem) { message, facts in
                await transfer(message, facts, over: session, members)
            }
        } catch {
            throw SMTPError(error)
        }
        if let error = entry?.result.flatMap(SMTPError.init(_:)) { throw error }
    }

    private func transfer(
        _ message: ClaimedMessage,
        _ facts: ContentFacts,
        over session: EngineSession,
        _ members: MemberStore
    ) async -> AttemptResult {
        var result = AttemptResult(
            relay: members.text(.mailServer),
            peer: session.peer,
            tls: session.tlsVersion
        )
        let transaction = MailTransaction(
            sender: message.envelope.sender,
            recipients: message.openRecipients,
            content: facts
        )
        let outcome = await session.send(
            transaction,
            SpoolContentSource(content: message.content),
            textOffset: await BlockingWork.run { Self.textOffset(of: message.content) },
            resets: members.flag(.sendRSET)
        )
        _ = result.add(outcome, for: message.openRecipients)
        return result
    }

    /// Where the text begins; of a header longer than what is looked at the rest counts as text.
    private static func textOffset(of content: MessageContent) -> Int64 {
        // What cannot be read fails the transfer, which says why.
        Int64(HeaderBlock(parsing: content.prefix(headerByteLimit)).bodyOffset)
    }
}
