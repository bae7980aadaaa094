// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import ProgramOutput

/// The options of `smtpq send` that compose a plain message.
struct ComposeOptions: ParsableArguments {
    /// The options that take a value.
    static let valueOptions: Set<String> = ["--to", "--cc", "--subject", "--text"]

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Compose a message to these: \"Alice <a@example.net>, b@example.org\".",
            valueName: "addresses"
        )
    )
    var to: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("A copy to these.", valueName: "addresses")
    )
    var cc: [String] = []

    @Option(parsing: .unconditional, help: ArgumentHelp("The subject, any characters.", valueName: "text"))
    var subject: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The text; without it FILE or standard input is the text.")
    )
    var text: String?

    /// What is to be composed; nil when the message is given whole.
    func draft(file: String?) throws(CommandFailure) -> MessageDraft? {
        guard !to.isEmpty || !cc.isEmpty || subject != nil || text != nil else { return nil }
        guard subject != nil || text != nil else {
            throw CommandFailure(
                "--to composes a message: give it a --subject, or name the recipients without --to",
                .usage
            )
        }
        if text != nil, let file {
            let shown = PrintableText(file, limitBytes: 120)
            throw CommandFailure("the text is either --text or that of \(shown): leave one out", .usage)
        }
        return MessageDraft(
            to: try Self.mailboxes(to, "--to"),
            cc: try Self.mailboxes(cc, "--cc"),
            subject: subject ?? "",
            text: text
        )
    }

    private static func mailboxes(_ lists: [String], _ option: String) throws(CommandFailure) -> [Mailbox] {
        var mailboxes: [Mailbox] = []
        for list in lists { mailboxes += try MailboxesArgument.mailboxes(list, of: option) }
        return mailboxes
    }
}
