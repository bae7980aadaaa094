// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import ProgramOutput
internal import Spool
internal import Submission

/// `smtpq resume`: ends a pause.
struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with the delivery after a pause.",
        discussion: """
            A running daemon begins at once with everything that is due.

              smtpq resume
            """
    )

    @OptionGroup var queueOptions: QueueOptions

    func run() throws {
        let queue = try queueOptions.open()
        do throws(SpoolError) {
            StandardStream.output.writeLine(try queue.resume() ? "resumed" : "not paused")
        } catch {
            throw CommandFailure(managing: error)
        }
    }
}
