// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import NIOPosix
internal import SMTPClient
internal import SMTPProtocol
internal import Spool

/// The blocking file work of the delivery, done on threads of its own and in batches, away from the delivery loop.
struct FileWork: Sendable {
    private let queue: QueueDirectory
    private let threads: NIOThreadPool

    /// Messages whose content is at most this long are scanned when they are claimed; longer ones when they
    /// are sent, so that they do not hold up their batch.
    ///
    /// In bytes.
    private static let scanAtClaimLimit: Int64 = 1 << 20

    /// File work on `queue`, on `threadCount` threads that live until ``stop()``.
    init(_ queue: QueueDirectory, threadCount: Int) {
        self.queue = queue
        self.threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
    }

    /// Reads each of the messages and claims those for which a relay has room.
    ///
    /// The outcomes are in the order of the requests.
    func claim(
        _ requests: [ClaimRequest],
        admission: Admission,
        now: Timestamp,
        maxMessageBytes: Int64
    ) async -> [ClaimOutcome] {
        await BlockingWork.run(on: threads) {
            var desk = ClaimDesk(admission: admission)
            let results = queue.claim(requests.map(\.stem), now: now, maxMessageBytes: maxMessageBytes) {
                index,
                message in
                desk.admits(message, requests[index].promise, at: index)
            }
            return results.enumerated().map { index, result in
                do throws(ClaimError) {
                    let claimed = try result.get()
                    let isSmall = claimed.content.byteCount <= Self.scanAtClaimLimit
                    return desk.outcome(
                        claimed,
                        facts: isSmall ? try? Self.scan(claimed.content) : nil,
                        at: index
                    )
                } catch {
                    return desk.outcome(error, at: index)
                }
            }
        }
    }

    /// The facts about a content, read from its first byte to its last.
    func scan(_ content: MessageContent) async throws -> ContentFacts {
        try await BlockingWork.run(on: threads) { () throws(SpoolError) in try Self.scan(content) }
    }

    /// Brings each message to its next state, when its reports are on disk.
    ///
    /// The results are in the order of the resolutions.
    func resolve(
        _ resolutions: [(PreparedMessage, Resolution, decided: Timestamp)]
    ) async -> [Result<Void, SpoolError>] {
        await BlockingWork.run(on: threads) {
            resolutions.map { message, resolution, decided in
                Result { () throws(SpoolError) in
                    try ReportWriter(queue).write(message.reports, on: message.claimed, facts: message.facts)
                    return (message.claimed, resolution, decided: decided)
                }
            }.thenTogether(queue.resolve)
        }
    }

    /// Lists the queued messages, some thousand at a time, so that a long queue neither fills the memory nor holds up the loop.
    func listQueued(
        _ deliver: @escaping @Sendable ([MessageStem]) -> Void
    ) async -> Result<Void, SpoolError> {
        await perform { queue throws(SpoolError) in
            queue.takeBackStranded()
            var stems: [MessageStem] = []
            try queue.forEachQueued(forgettingKeysAt: .now()) { stem in
                stems.append(stem)
                if stems.count == 4096 {
                    deliver(stems)
                    stems.removeAll(keepingCapacity: true)
                }
            }
            deliver(stems)
        }
    }

    /// Any other piece of blocking work on the queue directory.
    func perform<Value: Sendable>(
        _ work: @escaping @Sendable (QueueDirectory) throws(SpoolError) -> Value
    ) async -> Result<Value, SpoolError> {
        await BlockingWork.run(on: threads) { Result { () throws(SpoolError) in try work(queue) } }
    }

    /// Ends the threads.
    func stop() async {
        try? await threads.shutdownGracefully()
    }

    /// The facts about a content.
    ///
    /// Blocks while it is read.
    static func scan(_ content: MessageContent) throws(SpoolError) -> ContentFacts {
        var scanner = ContentScanner()
        try content.forEachPiece { scanner.scan($0) }
        return scanner.finish()
    }
}
