// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import Spool
internal import Submission

/// The options that say which messages a command is for by what they are.
struct FilterOptions: ParsableArguments {
    @Option(help: "Only messages in this state.")
    var state: SpoolState?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Only those from this sender: an address, a domain, or a pattern with *; <> for none.",
            valueName: "pattern"
        )
    )
    var sender: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only those for this recipient, among others; likewise.", valueName: "pattern")
    )
    var recipient: String?

    @Option(help: ArgumentHelp("Only those that were queued longer ago: 30min, 2h, 3d.", valueName: "time"))
    var older: String?

    /// Whether there is none.
    var isEmpty: Bool { state == nil && sender == nil && recipient == nil && older == nil }

    /// Which messages are meant.
    func filter(now: Timestamp) throws(CommandFailure) -> MessageFilter {
        let age = try older.map { text throws(CommandFailure) in
            try TimeArgument.duration(text, option: "--older")
        }
        return MessageFilter(
            state: state,
            sender: sender.map(AddressPattern.init),
            recipient: recipient.map(AddressPattern.init),
            queuedBefore: age.map { now.adding(.zero - $0) }
        )
    }
}
