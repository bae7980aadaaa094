// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// `smtpq list`: the messages of the queue, one a line.
struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the messages in the queue: their states, attempts and last reasons.",
        discussion: """
            One line a message, in the order of the ids. With --json one object a line, with the keys id, state, size, \
            queued, attempts, next, sender, recipients (address, state, reason) and reason.

              smtpq list --state failed
              smtpq list --recipient example.net --older 2h
              smtpq list --json | jq -r 'select(.attempts > 3) | .id'
            """
    )

    @OptionGroup(title: "Which messages") var filterOptions: FilterOptions
    @Flag(help: "For programs: one JSON object a line.")
    var json = false
    @OptionGroup var queueOptions: QueueOptions

    func run() throws {
        let queue = try queueOptions.open()
        let now = Timestamp.now()
        let filter = try filterOptions.filter(now: now)
        do throws(SpoolError) {
            let candidates = try queue.candidates(for: filter)
            let line = MessageLine(for: candidates.map(\.stem), now: now, palette: .output)
            var hasAny = false
            for (stem, state) in candidates {
                guard let summary = try queue.matching(filter, stem, listedAs: state) else { continue }
                if !json, !hasAny { StandardStream.output.writeLine(line.heading) }
                hasAny = true
                StandardStream.output.writeLine(json ? MessageJSON.value(summary).text : line.text(summary))
            }
            if !json, !hasAny { StandardStream.output.writeLine("no messages") }
        } catch {
            throw CommandFailure(managing: error)
        }
    }
}
