// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import ProgramOutput
internal import Spool

/// `smtpq list`: the messages of the queue, one a line.
struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the messages in the queue: their states, attempts and last reasons.",
        discussion: """
            One line a message, in the order of the ids. With --json one object a line, with the keys id, state, size, \
            queued, attempts, next, sender, recipients (address, state, reason) and reason.

              smtpq list --state failed
              smtpq list --json | jq -r 'select(.attempts > 3) | .id'
            """
    )

    @Option(help: ArgumentHelp("Only messages in this state."))
    var state: SpoolState?
    @Flag(help: "For programs: one JSON object a line.")
    var json = false
    @OptionGroup var queueOptions: QueueOptions

    func run() throws {
        let queue = try queueOptions.open()
        do throws(SpoolError) {
            let messages = try queue.listing().messages.filter { state == nil || $0.state == state }
            let line = MessageLine(for: messages.map(\.stem), now: .now(), palette: .output)
            if !json { StandardStream.output.writeLine(messages.isEmpty ? "no messages" : line.heading) }
            for message in messages {
                guard let summary = try summary(of: message.stem, in: message.state, queue) else { continue }
                StandardStream.output.writeLine(json ? MessageJSON.value(summary).text : line.text(summary))
            }
        } catch {
            throw CommandFailure(managing: error)
        }
    }

    /// What is known of a message; nil when it is gone, or not in the state asked for any more.
    private func summary(
        of stem: MessageStem,
        in listed: SpoolState,
        _ queue: QueueDirectory
    ) throws(SpoolError) -> MessageSummary? {
        do throws(SpoolError) {
            return try queue.summary(of: stem, in: listed)
        } catch {
            guard error.code == .notFound else { throw error }
        }
        // It went on while the others were looked at: the state that it has now counts.
        guard let actual = try queue.state(of: stem), state == nil || actual == state else { return nil }
        return try? queue.summary(of: stem, in: actual)
    }
}
