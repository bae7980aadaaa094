// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import Spool

/// `smtpq hold`: sets queued messages aside.
struct Hold: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Set queued messages aside until they are released.",
        discussion: """
            A held message is not tried, and not given up for its age. Who put it into the queue may hold it, as may root and \
            the owner of the queue.

              smtpq hold order-1001
              smtpq release order-1001
              smtpq hold --sender newsletter@app.example
            """
    )

    @OptionGroup var messages: MessageArguments
    @OptionGroup var queueOptions: QueueOptions

    func run() throws {
        let queue = try queueOptions.open()
        try MessageBatch(messages, in: queue).perform(in: [.queued], done: "held") {
            stem throws(SpoolError) in try queue.hold(stem)
        }
    }
}
