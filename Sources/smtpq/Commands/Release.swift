// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import Spool

/// `smtpq release`: puts held messages back into the queue.
struct Release: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Put held messages back into the queue.",
        discussion: """
            They are due at once.

              smtpq release order-1001
              smtpq release --state held
            """
    )

    @OptionGroup var messages: MessageArguments
    @OptionGroup var queueOptions: QueueOptions

    func run() throws {
        let queue = try queueOptions.open()
        try MessageBatch(messages, in: queue).perform(in: [.held], done: "queued") {
            stem throws(SpoolError) in try queue.release(stem)
        }
    }
}
