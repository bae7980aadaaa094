// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// `smtpq status`: the daemon, its relays, and how much mail is where.
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the daemon, its relays, and how much mail is in which state.",
        discussion: """
            Ends with 0 whether or not a daemon is running. With --json one object with the keys running, pid, started, \
            uptime (seconds), active, fault, relays (name, state, reason, connections), queue, paused, counts (by state) and oldest \
            (id, queued).

              smtpq status
              smtpq status --json | jq .counts.queued
            """
    )

    @Flag(help: "For programs: one JSON object.")
    var json = false
    @OptionGroup var queueOptions: QueueOptions

    func run() throws {
        let queue = try queueOptions.open()
        let now = Timestamp.now()
        let status: QueueStatus
        do throws(SpoolError) {
            status = try QueueStatus.read(from: queue)
        } catch {
            throw CommandFailure(managing: error)
        }
        let lines = json ? [status.json(now: now).text] : status.lines(now: now, palette: .output)
        for line in lines { StandardStream.output.writeLine(line) }
    }
}
