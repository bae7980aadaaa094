// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// `smtpq flush`: makes messages due now.
struct Flush: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flush",
        abstract: "Try queued messages now, whatever their next attempt.",
        discussion: """
            A running daemon tries them at once, as far as the relay is in use; without one they are due when it starts. A \
            message that is to be sent after a time of its own still waits for it.

              smtpq flush order-1001
              smtpq flush --recipient example.net
              smtpq flush --all
            """
    )

    @OptionGroup var messages: MessageArguments
    @Flag(help: "All messages that are queued.")
    var all = false
    @OptionGroup var queueOptions: QueueOptions

    func validate() throws {
        if all, !messages.ids.isEmpty || !messages.filter.isEmpty {
            throw ValidationError("Give ids, a filter or --all, not several of them.")
        }
    }

    func run() throws {
        let queue = try queueOptions.open()
        if all {
            try flushAll(queue)
        } else {
            try MessageBatch(messages, in: queue).perform(in: [.queued], done: "due now") {
                stem throws(SpoolError) in try flush(stem, queue)
            }
        }
    }

    private func flush(_ stem: MessageStem, _ queue: QueueDirectory) throws(SpoolError) {
        switch try queue.state(of: stem) {
        case .queued: try queue.touch(stem)
        case .sending:
            throw SpoolError(.busy, "cannot flush \(stem): it is sending, that is, being tried now")
        case let state?: throw SpoolError(.notFound, "cannot flush \(stem): it is \(state.rawValue)")
        case nil:
            throw SpoolError(.notFound, "no message \(stem) in \(PrintableText(queue.path, limitBytes: 300))")
        }
    }

    private func flushAll(_ queue: QueueDirectory) throws(CommandFailure) {
        do throws(SpoolError) {
            var count = 0
            for stem in try queue.listing().stems(in: .queued) {
                do throws(SpoolError) {
                    try queue.touch(stem)
                    count += 1
                } catch {
                    // It has been taken up, or deleted, since the names were read.
                    guard error.code == .notFound else { throw error }
                }
            }
            StandardStream.output.writeLine(
                count == 1 ? "1 message is due now" : "\(count) messages are due now"
            )
        } catch {
            throw CommandFailure(managing: error)
        }
    }
}
