// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import ProgramOutput
internal import Spool
internal import Submission

/// `smtpq pause`: stops the delivery of the whole queue.
struct Pause: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause the delivery of the whole queue.",
        discussion: """
            What is being sent is brought to its end, nothing else is begun; applications go on putting mail into the queue. \
            The pause is a file .paused in the queue directory, so it lasts over restarts. "smtpq status" shows it. For root \
            and the owner of the queue.

              smtpq pause
              smtpq resume
            """
    )

    @OptionGroup var queueOptions: QueueOptions

    func run() throws {
        let queue = try queueOptions.open()
        do throws(SpoolError) {
            StandardStream.output.writeLine(try queue.pause() ? "paused" : "paused already")
        } catch {
            throw CommandFailure(managing: error)
        }
    }
}
