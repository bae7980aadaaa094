// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import Spool

/// `smtpq requeue`: sends failed, sent or held messages again.
struct Requeue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue",
        abstract: "Send failed, sent or held messages again.",
        discussion: """
            After a failure only those recipients are tried who have not got the message; a message that all have got is sent \
            to all again. Attempts are counted from the beginning. A filter means failed messages alone. For root and the \
            owner of the queue.

              smtpq requeue order-1001
              smtpq requeue --recipient example.net
            """
    )

    @OptionGroup var messages: MessageArguments
    @OptionGroup var queueOptions: QueueOptions

    func run() throws {
        let queue = try queueOptions.open()
        try MessageBatch(messages, in: queue).perform(in: [.failed], done: "queued") {
            stem throws(SpoolError) in try queue.requeue(stem)
        }
    }
}
