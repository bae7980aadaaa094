// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import ProgramOutput
internal import Spool

/// Does one thing to each of several messages: an error with one does not stop the others.
struct MessageBatch {
    private let queue: QueueDirectory
    private let ids: [String]

    /// A batch of the messages that the command line names.
    init(_ messages: MessageArguments, in queue: QueueDirectory) throws(CommandFailure) {
        guard !messages.ids.isEmpty else {
            throw CommandFailure("no message is named: give an id (smtpq list shows them)", .usage)
        }
        self.queue = queue
        ids = messages.ids
    }

    /// Does it.
    ///
    /// Says what is wrong with each message as it comes to it, and ends with the status of the first error.
    func perform(_ action: (MessageStem) throws(SpoolError) -> Void) throws {
        var selection = MessageSelection(from: queue)
        var first: ExitStatus?
        for id in ids {
            do throws(CommandFailure) {
                try Self.perform(action, on: selection.stem(id))
            } catch {
                error.say()
                first = first ?? error.status
            }
        }
        if let first { throw ExitCode(first.code) }
    }

    private static func perform(
        _ action: (MessageStem) throws(SpoolError) -> Void,
        on stem: MessageStem
    ) throws(CommandFailure) {
        do throws(SpoolError) {
            try action(stem)
        } catch {
            throw CommandFailure(managing: error)
        }
    }
}
