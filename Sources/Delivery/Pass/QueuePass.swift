// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
package import SMTPProtocol
package import Spool
internal import Synchronization

/// One pass over a queue directory without a daemon: each message is tried once, see ``PassRules``.
///
/// The files are worked on away from the caller's thread.
package final class QueuePass: Sendable {
    /// A message that was tried.
    package struct Entry: Sendable {
        /// The message.
        package let message: ClaimedMessage
        /// What the attempt has brought; nil when nobody was left to try.
        package let result: AttemptResult?
        /// What has become of the file.
        package let resolution: Resolution
        /// The reports to its sender, queued messages now.
        package let reports: [MessageStem]
    }

    private let queue: QueueDirectory
    private let keepQueue: Bool
    private let maxMessageBytes: Int64
    private let desk: Mutex<ReportDesk>

    /// A pass.
    ///
    /// - Parameters:
    ///   - queue: the directory.
    ///   - keepQueue: whether delivered messages are kept as `.sent`.
    ///   - maxMessageBytes: the largest queue file that is taken.
    ///   - reports: how senders are told of what fails; nil when they are not.
    package init(
        over queue: QueueDirectory,
        keepQueue: Bool,
        maxMessageBytes: Int64 = .max,
        reports: ReportPolicy? = nil
    ) {
        self.queue = queue
        self.keepQueue = keepQueue
        self.maxMessageBytes = maxMessageBytes
        desk = Mutex(ReportDesk(reports))
    }

    /// Takes the directory for this process alone, and puts right what an earlier one has left.
    ///
    /// - Returns: the lock, which the caller keeps until the pass is over, and the messages that wait, the oldest name first.
    /// - Throws: ``SpoolError`` with code `locked` when another process delivers the directory.
    package func begin() async throws(SpoolError) -> (lock: QueueLock, stems: [MessageStem]) {
        try await BlockingWork.run { [self] () throws(SpoolError) in
            let lock = try queue.lock()
            _ = try queue.recover(keepQueue: keepQueue, now: .now())
            return (lock, try queue.listing().stems(in: .queued).sorted())
        }
    }

    /// Tries one message, tells its sender, and brings its file to the next state.
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
        let claimed = try await BlockingWork.run { [self] () throws(SpoolError) in try claim(stem) }
        guard let (message, facts) = claimed else { return nil }
        let result = message.openRecipients.isEmpty ? nil : await attempt(message, facts)
        let resolution = PassRules.resolution(
            after: result,
            of: MessageFacts(message),
            openCount: message.openRecipients.count,
            keepQueue: keepQueue
        )
        return try await BlockingWork.run { [self] () throws(SpoolError) in
            let reports = try end(message, as: resolution, after: result)
            return Entry(message: message, result: result, resolution: resolution, reports: reports)
        }
    }

    /// Writes the reports, then what has become of the message: also when a report could not be written, for what is not
    /// recorded would be sent again.
    ///
    /// - Returns: the reports that were written.
    private func end(
        _ message: ClaimedMessage,
        as resolution: Resolution,
        after result: AttemptResult?
    ) throws(SpoolError) -> [MessageStem] {
        let now = Timestamp.now()
        let results = result.map { [PassRules.final($0, for: message.openRecipients)] } ?? []
        let decisions = desk.withLock { desk in
            desk.decide(on: results, of: ReportSubject(message, expiry: now), now: now, running: .now)
        }
        let reports = decisions.filter { !$0.isWithheld }.map(\.report)
        do throws(SpoolError) {
            try ReportWriter(queue).write(reports, on: message)
        } catch {
            try queue.resolve(message, as: resolution)
            throw error
        }
        try queue.resolve(message, as: resolution.adding(decisions.map(\.record)))
        return reports.map(\.stem)
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
            var result = AttemptResult.withoutRelay
            result.contentProblem = error.summary
            _ = try end(message, as: .failed(lines: [.problem(error.summary)]), after: result)
            throw error
        }
    }
}
