// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// Enqueues the messages of a sequence, and prints the id of each when it is durable.
///
/// A message that is none, or cannot be read, does not stop the others; what the host refuses does.
final class BatchEnqueuer {
    private let enqueuer: MessageEnqueuer
    private let request: EnvelopeRequest
    /// The beginning of the keys; nil for none.
    private let key: String?
    private let bulk: BulkSubmission
    /// Where the messages are that were written, and whose outcome is not known; the next outcome's first.
    private var places: [String] = []
    private var number = 0
    /// What was taken from this host; asked for once.
    private var localSender: EnvelopeSender?
    private var progress = ProgressLine()
    private let bar = ProgressBar()
    /// Why the host takes no more.
    private var hostFailure: CommandFailure?

    init(_ enqueuer: MessageEnqueuer, request: EnvelopeRequest, key: String?) {
        self.enqueuer = enqueuer
        self.request = request
        self.key = key
        bulk = enqueuer.bulk()
    }

    /// Makes what was written so far durable: there is a wait.
    func flush() { tell(bulk.flush()) }

    /// Enqueues all of them.
    ///
    /// - Parameters:
    ///   - messages: the messages.
    ///   - input: what they are read from, to tell how far it is.
    /// - Throws: ``CommandFailure`` with status `badData` when some were refused, that of the host when it takes no more.
    func enqueue(_ messages: any MessageSequence, from input: MessageInput?) throws(CommandFailure) {
        do throws(CommandFailure) {
            while let place = try messages.nextMessage() {
                number += 1
                try enqueue(place)
                if let hostFailure { throw hostFailure }
                progress.share = input?.readShare
            }
            flush()
            if let hostFailure { throw hostFailure }
        } catch {
            flush()
            bar.clear()
            let summary = Interruption.isRequested ? "interrupted" : error.summary
            throw CommandFailure("stopped behind \(enqueued): \(summary)", error.status)
        }
        bar.clear()
        guard progress.refusedCount == 0 else {
            throw CommandFailure(
                "\(progress.refusedCount) of \(number) messages were refused, \(enqueued)",
                .badData
            )
        }
    }

    private var enqueued: String {
        progress.doneCount == 1
            ? "1 message is enqueued" : "\(progress.doneCount) messages are enqueued"
    }

    private func enqueue(_ place: MessagePlace) throws(CommandFailure) {
        let name = "message \(number), \(place.description)"
        do throws(CommandFailure) {
            let submission = try write(place)
            places.append(name)
            tell(bulk.add(submission))
        } catch {
            guard !Interruption.isRequested, error.status == .badData || error.status == .noInput else {
                throw error
            }
            refuse(name, error)
        }
    }

    private func write(_ place: MessagePlace) throws(CommandFailure) -> QueueSubmission {
        let key = try key.map { text throws(CommandFailure) in
            try SubmissionKey(argument: "\(text)-\(number)")
        }
        return try enqueuer.write(try place.open(), request: request, key: key) { () throws(CommandFailure) in
            try local()
        }
    }

    private func local() throws(CommandFailure) -> EnvelopeSender {
        if let localSender { return localSender }
        let sender = try LocalUser.sender().sender
        localSender = sender
        return sender
    }

    /// Prints the ids of those that are durable.
    private func tell(_ outcomes: [BulkSubmission.Outcome]) {
        guard !outcomes.isEmpty else { return }
        bar.clear()
        var ids = ""
        for (outcome, name) in zip(outcomes, places) {
            do throws(CommandFailure) {
                if try enqueuer.acceptance(of: outcome) == .repeated {
                    StandardStream.error.writeLine(
                        "smtpq: \(name): enqueued under this key before, not again"
                    )
                }
                progress.doneCount += 1
                ids += outcome.stem.text + "\n"
            } catch {
                if error.status != .badData { hostFailure = hostFailure ?? error }
                refuse(name, error)
            }
        }
        places.removeFirst(outcomes.count)
        Array(ids.utf8).withUnsafeBytes { StandardStream.output.write($0) }
        bar.show(progress)
    }

    private func refuse(_ name: String, _ error: CommandFailure) {
        progress.refusedCount += 1
        bar.clear()
        StandardStream.error.writeLine("smtpq: \(name): \(error.summary)")
    }
}
