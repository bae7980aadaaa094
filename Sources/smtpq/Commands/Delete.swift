// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import Spool

/// `smtpq delete`: removes messages for good.
struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove messages and their journals for good.",
        discussion: """
            In any state but sending. Nobody is told: neither the sender nor a recipient.

              smtpq delete order-1001
              smtpq delete --state failed --older 30d
            """
    )

    @OptionGroup var messages: MessageArguments
    @OptionGroup var queueOptions: QueueOptions

    func run() throws {
        let queue = try queueOptions.open()
        try MessageBatch(messages, in: queue).perform(in: [.queued, .sent, .failed, .held], done: "deleted") {
            stem throws(SpoolError) in try queue.delete(stem)
        }
    }
}
