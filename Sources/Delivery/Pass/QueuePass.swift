// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
package import SMTPProtocol
package import Spool

/// One pass over a queue directory without a daemon: each message is tried once, see ``PassRules``.
///
/// The files are worked on away from the caller's thread.
package struct QueuePass: Sendable {
    /// A message that was tried.
    package struct Entry: Sendable {
        /// The message.
        package let message: ClaimedMessage
        /// What the attempt has brought; nil when nobody was left to try.
        package let result: AttemptResult?
        /// What has become of the file.
        package let resolution: Resolution
    }

    private let queue: QueueDirectory
    private let keepQueue: Bool
    private let maxMessageBytes: Int64

    /// A pass.
    ///
    /// - Parameters:
    ///   - queue: the directory.
    ///   - keepQueue: whether delivered messages are kept as `.sent`.
    ///   - maxMessageBytes: the largest queue file that is taken.
    package init(over queue: QueueDirectory, keepQueue: Bool, maxMessageBytes: Int64 = .max) {
        self.queue = queue
        self.keepQueue = keepQueue
        self.maxMessageBytes = maxMessageBytes
    }

    /// Takes the directory for this process alone, and puts right what an earlier one has left.
    ///
    /// - Returns: the lock, which the caller keeps until the pass is over, and the messages that wait, the oldest name first.
    /// - Throws: ``SpoolError`` with code `locked` when another process delivers the directory.
    package func begin() async throws(SpoolError) -> (lock: QueueLock, stems: [MessageStem]) {
        try await BlockingWork.run { () throws(SpoolError) in
            let lock = try queue.lock()
            _ = try queue.recover(keepQueue: keepQueue, now: .now())
            return (lock, try queue.listing().stems(in: .queued).sorted())
        }
    }

    /// Tries one message, and brings its file to the next state.
    ///
    /// - Parameters:
    ///   - stem: the message.
    ///   - attempt: offers it to the relay.
    /// - Returns: what has become of it; nil when it is not to be sent now: its time has not come, it is being written, or
    ///   it is gone.
    /// - Throws: ``SpoolError`` when it is no message and is `.failed` now, must not be touched, or the host is at fault.
    package func send(
        _ stem: MessageStem,
        attempt: (ClaimedMessage, ContentFacts) async -> AttemptResult
    ) async throws(SpoolError) -> Entry? {
        let claimed = try await BlockingWork.run { () throws(SpoolError) in try claim(stem) }
        guard let (message, facts) = claimed else { return nil }
        let result = message.openRecipients.isEmpty ? nil : await attempt(message, facts)
        let resolution = PassRules.resolution(
            after: result,
            of: MessageFacts(message),
            openCount: message.openRecipients.count,
            keepQueue: keepQueue
        )
        try await BlockingWork.run { () throws(SpoolError) in try queue.resolve(message, as: resolution) }
        return Entry(message: message, result: result, resolution: resolution)
    }

    private func claim(_ stem: MessageStem) throws(SpoolError) -> (ClaimedMessage, ContentFacts)? {
        let message: ClaimedMessage
        do throws(ClaimError) {
            message = try queue.claim(stem, now: .now(), maxMessageBytes: maxMessageBytes)
        } catch {
            switch error {
            case .stillWritten, .vanished, .notDueBefore, .postdated, .notWanted: return nil
            case .hostile(let error), .malformed(let error), .host(let error): throw error
            }
        }
        do throws(SpoolError) {
            return (message, try FileWork.scan(message.content))
        } catch {
            try queue.resolve(message, as: .failed(lines: [.problem(error.summary)]))
            throw error
        }
    }
}
