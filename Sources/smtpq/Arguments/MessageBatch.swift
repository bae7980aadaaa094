// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// Does one thing to each of several messages: an error with one does not stop the others.
struct MessageBatch {
    /// The progress is shown after so many messages each.
    private static let progressStep = 64

    private let queue: QueueDirectory
    private let ids: [String]
    private let filter: MessageFilter

    /// A batch of the messages that the command line names, or that its filter means.
    init(_ messages: MessageArguments, in queue: QueueDirectory) throws(CommandFailure) {
        filter = try messages.filter.filter(now: .now())
        guard !messages.ids.isEmpty || !filter.isEmpty else {
            throw CommandFailure(
                "no message is named: give an id (smtpq list shows them), or a filter such as --recipient",
                .usage
            )
        }
        guard messages.ids.isEmpty || filter.isEmpty else {
            throw CommandFailure("messages are either named by ids or matched by a filter, not both", .usage)
        }
        self.queue = queue
        ids = messages.ids
    }

    /// Does it.
    ///
    /// Says what is wrong with each message as it comes to it.
    ///
    /// - Parameters:
    ///   - states: those of the messages that a filter may mean: a person who names none means what can be done.
    ///   - done: what has become of them: `held`. Told with their number where they were not named.
    ///   - action: does it to one.
    /// - Throws: the status of the first error.
    func perform(
        in states: Set<SpoolState>,
        done: String,
        _ action: (MessageStem) throws(SpoolError) -> Void
    ) throws {
        var first: ExitStatus?
        var progress = ProgressLine()
        let bar = ProgressBar()
        func attempt(_ work: () throws(CommandFailure) -> Void) {
            do throws(CommandFailure) {
                try work()
            } catch {
                bar.clear()
                error.say()
                progress.refusedCount += 1
                first = first ?? error.status
            }
        }
        var selection = MessageSelection(from: queue)
        for id in ids {
            attempt { () throws(CommandFailure) in
                let stem = try selection.stem(id)
                try Self.managing { () throws(SpoolError) in try action(stem) }
            }
        }
        guard !filter.isEmpty else { return try Self.end(first) }
        let candidates = try Self.managing { () throws(SpoolError) in try queue.candidates(for: filter) }
        for (index, (stem, state)) in candidates.enumerated() where states.contains(state) {
            if index % Self.progressStep == Self.progressStep - 1 {
                progress.share = Double(index) / Double(candidates.count)
                bar.show(progress)
            }
            attempt { () throws(CommandFailure) in
                try Self.managing { () throws(SpoolError) in
                    guard let message = try queue.matching(filter, stem, listedAs: state),
                        states.contains(message.state)
                    else { return }
                    try action(stem)
                    progress.doneCount += 1
                }
            }
        }
        bar.clear()
        let count = progress.doneCount
        StandardStream.output.writeLine(count == 1 ? "1 message \(done)" : "\(count) messages \(done)")
        try Self.end(first)
    }

    private static func end(_ failure: ExitStatus?) throws {
        if let failure { throw ExitCode(failure.code) }
    }

    private static func managing<Value>(
        _ work: () throws(SpoolError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(SpoolError) {
            return try work()
        } catch {
            throw CommandFailure(managing: error)
        }
    }
}
