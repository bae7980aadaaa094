// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import MailMessage
internal import ProgramOutput
internal import Spool

/// `smtpq send`: puts one message into the queue.
struct Send: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a message into the queue, and print its id.",
        discussion: """
            The message, header and body, comes from FILE or standard input. When the command has printed the id and ended \
            with 0, the message is on disk and survives a power cut; on any error nothing is enqueued.

              smtpq send -f app@app.example alice@example.net < message.eml
              smtpq send -t message.eml
              smtpq send --to alice@example.net --subject Hello --text "How are you?"
              date | smtpq send --to alice@example.net --subject "The time"

            What contains an @ is a recipient, anything else the file. An address that begins with a hyphen is never an \
            option; everything behind -- is an address or the file. To a message that is composed, recipients without \
            --to and --cc get a blind copy.
            """
    )

    /// The options that take the next argument as their value.
    static let valueOptions = EnvelopeOptions.valueOptions
        .union(ComposeOptions.valueOptions)
        .union(QueueOptions.valueOptions)

    /// The longest text that is composed into a message, in bytes.
    private static let textLimit = 64 << 20

    @OptionGroup(title: "Envelope") var envelope: EnvelopeOptions
    @OptionGroup(title: "Composing") var composing: ComposeOptions
    @OptionGroup(title: "Queue") var queue: QueueOptions

    @Argument(help: ArgumentHelp("Recipients, and the file with the message.", valueName: "rcpt|file"))
    var arguments: [String] = []

    func run() throws {
        let operands = try SendOperands(arguments)
        let draft = try composing.draft(file: operands.file)
        let sender = try envelope.from.map { text throws(CommandFailure) in try SenderArgument(text) }
        let now = Timestamp.now()
        let request = try envelope.request(
            recipients: (draft?.recipients() ?? []) + operands.recipients,
            sender: sender?.sender,
            now: now
        )
        let enqueuer = try MessageEnqueuer(queue.location())
        Interruption.watch()
        let stem = MessageStem.random()
        if let draft {
            let author = try Self.author(sender)
            let message = draft.composed(
                from: author,
                text: try draft.text ?? Self.text(of: operands.file),
                date: now,
                messageID: MessageID.make(stem: stem.text, host: author.address.domain)
            )
            try enqueue(stem, request, MessageBeginning(composed: message), rest: nil, with: enqueuer)
        } else {
            let input = try MessageInput(file: operands.file, of: "the message")
            try enqueue(stem, request, try MessageBeginning.read(from: input), rest: input, with: enqueuer)
        }
        StandardStream.output.writeLine(stem.text)
    }

    private func enqueue(
        _ stem: MessageStem,
        _ request: EnvelopeRequest,
        _ beginning: MessageBeginning,
        rest: MessageInput?,
        with enqueuer: MessageEnqueuer
    ) throws(CommandFailure) {
        let block = try request.envelope(for: beginning.header) { () throws(CommandFailure) in
            try LocalUser.sender().sender
        }
        try enqueuer.enqueue(stem, envelope: block, beginning: beginning.bytes, rest: rest)
    }

    /// Whom the From field of a composed message names.
    private static func author(_ sender: SenderArgument?) throws(CommandFailure) -> Mailbox {
        let sender = if let sender { sender } else { try LocalUser.sender() }
        guard let author = sender.author else {
            throw CommandFailure("a composed message needs an author: name one with -f", .usage)
        }
        return author
    }

    /// The text to compose a message from.
    private static func text(of file: String?) throws(CommandFailure) -> String {
        var bytes: [UInt8] = []
        guard try MessageInput(file: file, of: "the text").fill(&bytes, to: textLimit) else {
            throw CommandFailure(
                "the text is longer than \(textLimit) bytes: send a message of your own",
                .badData
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("the text is not UTF-8", .badData)
        }
        return text
    }
}
