// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import ProgramOutput
internal import Submission

/// The options of `smtpq send` that compose a message.
struct ComposeOptions: ParsableArguments {
    /// The options that take a value.
    static let valueOptions: Set<String> = [
        "--to", "--cc", "--bcc", "--subject", "--text", "--html", "--image", "--attach",
    ]

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

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("A copy to these, of which the others do not learn.", valueName: "addresses")
    )
    var bcc: [String] = []

    @Option(parsing: .unconditional, help: ArgumentHelp("The subject, any characters.", valueName: "text"))
    var subject: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The text; without it and --html, FILE or standard input is the text.")
    )
    var text: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The text as HTML: a file, - for standard input, or the HTML itself, which begins with <.",
            valueName: "file|html"
        )
    )
    var html: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "An image that the HTML shows with <img src=\"cid:NAME\">, NAME being that of the file.",
            valueName: "file"
        )
    )
    var image: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Attach a file, as often as needed. Its type goes by its name, or stands behind it: \"a.bin;type=text/csv\".",
            valueName: "file"
        )
    )
    var attach: [String] = []

    private var hasContent: Bool {
        subject != nil || text != nil || html != nil || !image.isEmpty || !attach.isEmpty
    }

    /// What is to be composed; nil when the message is given whole.
    func draft(file: String?) throws(CommandFailure) -> MessageDraft? {
        guard hasContent || !(to + cc + bcc).isEmpty else { return nil }
        guard hasContent else {
            throw CommandFailure(
                "--to composes a message: give it a --subject, or name the recipients without --to",
                .usage
            )
        }
        if text != nil, let file {
            let shown = PrintableText(file, limitBytes: 120)
            throw CommandFailure("the text is either --text or that of \(shown): leave one out", .usage)
        }
        let draft = MessageDraft(
            to: try Self.mailboxes(to, "--to"),
            cc: try Self.mailboxes(cc, "--cc"),
            bcc: try Self.mailboxes(bcc, "--bcc"),
            subject: subject ?? "",
            text: text,
            textFile: file,
            html: html.map(HTMLArgument.init),
            images: try Self.files(image, "--image"),
            attachments: try Self.files(attach, "--attach")
        )
        if draft.textFile == "-", draft.html == .file("-") {
            throw CommandFailure("standard input is either the text or the HTML", .usage)
        }
        guard draft.html != nil || draft.images.isEmpty else {
            throw CommandFailure("--image needs --html to show it: use --attach for a file", .usage)
        }
        guard Set(draft.images.map(\.name)).count == draft.images.count else {
            throw CommandFailure("--image: two files have the same name, cid: could mean either", .usage)
        }
        return draft
    }

    private static func mailboxes(_ lists: [String], _ option: String) throws(CommandFailure) -> [Mailbox] {
        var mailboxes: [Mailbox] = []
        for list in lists { mailboxes += try MailboxesArgument.mailboxes(list, of: option) }
        return mailboxes
    }

    private static func files(_ names: [String], _ option: String) throws(CommandFailure) -> [FileArgument] {
        try names.map { name throws(CommandFailure) in try FileArgument(name, of: option) }
    }
}
