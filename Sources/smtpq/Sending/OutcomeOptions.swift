// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import Spool
internal import Submission

/// The options of `smtpq send` for those who want to know what becomes of the message.
struct OutcomeOptions: ParsableArguments {
    /// The options that take a value.
    static let valueOptions: Set<String> = ["--wait-limit"]

    @Flag(help: "Wait for the outcome, and tell it by the exit status.")
    var wait = false

    @Option(help: ArgumentHelp("The longest wait.", valueName: "time"))
    var waitLimit = "5min"

    func validate() throws { _ = try TimeArgument.duration(waitLimit, option: "--wait-limit") }

    /// Waits, if that is wished.
    func await(_ stem: MessageStem, in options: QueueOptions) throws(CommandFailure) {
        guard wait else { return }
        let limit = try TimeArgument.duration(waitLimit, option: "--wait-limit")
        try OutcomeWait(for: stem, in: options.open()).run(limit: limit)
    }
}
