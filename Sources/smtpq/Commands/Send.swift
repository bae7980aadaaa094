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
              smtpq send --to alice@example.net --subject May --html may.html --image a.png
              smtpq send --to alice@example.net --text "The report." --attach report.pdf

            With --key, a send may be repeated until it has ended with 0, without a second copy: the repeat prints the same \
            id, says so, and ends with 0.

            What contains an @ is a recipient, anything else the file. An address that begins with a hyphen is never an \
            option; everything behind -- is an address or the file.

            A message is composed of text, HTML or both, images for the HTML, and attachments. Recipients without --to \
            and --cc get a blind copy, as with --bcc.
            """
    )

    /// The options that take the next argument as their value.
    static let valueOptions = EnvelopeOptions.valueOptions
        .union(ComposeOptions.valueOptions)
        .union(QueueOptions.valueOptions)

    @OptionGroup(title: "Envelope") var envelope: EnvelopeOptions
    @OptionGroup(title: "Composing") var composing: ComposeOptions
    @OptionGroup(title: "Queue") var queue: QueueOptions

    @Argument(help: ArgumentHelp("Recipients, and the file with the message.", valueName: "rcpt|file"))
    var arguments: [String] = []

    func run() throws {
        let operands = try SendOperands(arguments)
        let draft = try composing.draft(file: operands.file)
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
        let key = try key()
        let stem = key?.stem ?? .random()
        if let draft {
            guard let author = sender?.author else {
                throw CommandFailure("a composed message needs an author: name one with -f", .usage)
            }
            let composition = try MessageComposition(draft, from: author, stem: stem, date: now)
            // Sender and recipients are known: nothing is taken from the header.
            try enqueue(stem, key, request, HeaderBlock(parsing: []), with: enqueuer) {
                write throws(CommandFailure) in try composition.write(to: write)
            }
        } else {
            let input = try MessageInput(file: operands.file, of: "the message")
            let beginning = try MessageBeginning.read(from: input)
            input.putBack(beginning.bytes)
            try enqueue(stem, key, request, beginning.header, with: enqueuer) {
                write throws(CommandFailure) in
                while let piece = try input.next() { try write(piece[...]) }
            }
        }
        StandardStream.output.writeLine(stem.text)
    }

    private func enqueue(
        _ stem: MessageStem,
        _ key: SubmissionKey?,
        _ request: EnvelopeRequest,
        _ header: HeaderBlock,
        with enqueuer: MessageEnqueuer,
        message: ((ArraySlice<UInt8>) throws(CommandFailure) -> Void) throws(CommandFailure) -> Void
    ) throws(CommandFailure) {
        let block = try request.envelope(for: header) { () throws(CommandFailure) in
            try LocalUser.sender().sender
        }
        let acceptance = try enqueuer.enqueue(stem, key: key, envelope: block, message: message)
        if acceptance == .repeated {
            StandardStream.error.writeLine("smtpq: a message was enqueued under this key before, not again")
        }
    }

    private func key() throws(CommandFailure) -> SubmissionKey? {
        do throws(SpoolError) {
            return try envelope.key.map { text throws(SpoolError) in try SubmissionKey(text) }
        } catch {
            throw CommandFailure("--key: \(error.summary)", .usage)
        }
    }
}
