// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import DaemonConfiguration
internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// `smtpq send`: puts one message into the queue.
struct Send: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Put a message into the queue, and print its id.",
        discussion: """
            The message, header and body, comes from FILE or standard input. When the command has printed the id and ended \
            with 0, the message is on disk and survives a power cut; on any error nothing is enqueued.

              smtpq send -f app@app.example alice@example.net < message.eml
              smtpq send -t message.eml
              smtpq send --to alice@example.net --subject Hello --text "How are you?"
              date | smtpq send --to alice@example.net --subject "The time"
              smtpq send --to alice@example.net --subject May --html may.html --image a.png
              smtpq send --to alice@example.net --text "The report." --attach report.pdf

            With --batch it puts many messages into the queue, and prints the id of each when it is on disk. One that is no \
            message is named, and does not stop the others; the end is 65 then. The envelope options are for all of them.

              smtpq send --batch -t < all.mbox
              smtpq send --batch -f news@app.example -t folder
              find . -name "*.eml" -print0 | smtpq send --batch -0 -t

            With --wait it ends when the message is delivered (0), given up (65), to be tried again or still under way after \
            the time of --wait-limit (75), or when no daemon delivers the queue (69); the message is enqueued in any case.

            With --key, a send may be repeated until it has ended with 0, without a second copy: the repeat prints the same \
            id, says so, and ends with 0. With --batch the N-th message has the key KEY-N, so that all of a batch may be \
            repeated when it was interrupted; each then has syncs of its own, which takes far longer.

            What contains an @ is a recipient, anything else the file. An address that begins with a hyphen is never an \
            option; everything behind -- is an address or the file.

            A message is composed of text, HTML or both, images for the HTML, and attachments. Recipients without --to \
            and --cc get a blind copy, as with --bcc.
            """
    )

    /// The options that take the next argument as their value.
    static let valueOptions = EnvelopeOptions.valueOptions
        .union(ComposeOptions.valueOptions)
        .union(OutcomeOptions.valueOptions)
        .union(QueueOptions.valueOptions)

    @OptionGroup(title: "Envelope") var envelope: EnvelopeOptions
    @OptionGroup(title: "Many messages") var many: BatchOptions
    @OptionGroup(title: "Composing") var composing: ComposeOptions
    @OptionGroup(title: "Outcome") var outcome: OutcomeOptions
    @OptionGroup(title: "Queue") var queue: QueueOptions

    @Argument(help: ArgumentHelp("Recipients, and the file with the message.", valueName: "rcpt|file"))
    var arguments: [String] = []

    func run() throws {
        let operands = try SendOperands(arguments)
        let draft = try composing.draft(file: operands.file)
        try many.check(isComposed: draft != nil)
        if draft != nil, envelope.readsRecipients {
            throw CommandFailure(
                "-t is for a message that is given whole: one that is composed goes to --to, --cc and --bcc",
                .usage
            )
        }
        var sender = try envelope.from.map { text throws(CommandFailure) in try SenderArgument(text) }
        if draft != nil, sender == nil { sender = try LocalUser.sender() }
        let now = Timestamp.now()
        let request = try envelope.request(
            recipients: (draft?.recipients() ?? []) + operands.recipients,
            sender: sender?.sender,
            now: now
        )
        let enqueuer = try MessageEnqueuer(queue.location())
        Interruption.watch()
        if many.batch, outcome.wait {
            throw CommandFailure("--wait is for one message, not for --batch", .usage)
        }
        if many.batch {
            let batch = BatchEnqueuer(enqueuer, request: request, key: envelope.key)
            let (messages, input) = try many.messages(file: operands.file) { batch.flush() }
            return try batch.enqueue(messages, from: input)
        }
        let key = try envelope.key.map { text throws(CommandFailure) in try SubmissionKey(argument: text) }
        let submission: QueueSubmission
        if let draft {
            guard let author = sender?.author else {
                throw CommandFailure("a composed message needs an author: name one with -f", .usage)
            }
            let stem = key?.stem ?? .random()
            let composition = try MessageComposition(draft, from: author, stem: stem, date: now)
            // Sender and recipients are known: nothing is taken from the header.
            let block = try request.envelope(for: HeaderBlock(parsing: []), local: Self.localSender)
            submission = try enqueuer.write(stem, key: key, envelope: block) { write throws(CommandFailure) in
                try composition.write(to: write)
            }
        } else {
            let input = try MessageInput(file: operands.file, of: "the message")
            submission = try enqueuer.write(input, request: request, key: key, local: Self.localSender)
        }
        StandardStream.output.writeLine(try enqueuer.commit(submission).text)
        try outcome.await(submission.stem, in: queue)
    }

    private static func localSender() throws(CommandFailure) -> EnvelopeSender {
        try LocalUser.sender().sender
    }
}
