// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import Delivery
internal import Spool

/// `smtpq fail`: gives messages up now.
struct Fail: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fail",
        abstract: "Give messages up now.",
        discussion: """
            Queued and held messages become failed, as after the last attempt, and their journals tell who did it. Their \
            senders get a report, as the configuration says (Reports, ReportFrom, MaxReportsPerHour for each run of the \
            command); without one that can be read, from MAILER-DAEMON at this host. The messages can be queued again. \
            For root and the owner of the queue.

              smtpq fail order-1001
              smtpq fail --recipient old.example --older 2d
              smtpq requeue order-1001
            """
    )

    @OptionGroup var messages: MessageArguments
    @OptionGroup var queueOptions: QueueOptions

    func run() throws {
        let queue = try queueOptions.open()
        var desk = ReportDesk(try queueOptions.configuration.reportPolicy())
        try MessageBatch(messages, in: queue).perform(in: [.queued, .held], done: "failed") {
            stem throws(SpoolError) in try queue.giveUp(stem, reporting: &desk)
        }
    }
}
