// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import ProgramOutput
internal import Spool
internal import Submission

/// `smtpq show`: one message, whole or in part.
struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one message: the file, a part of it, or its history.",
        discussion: """
            Without an option the file is shown, envelope block and message. On a terminal control characters are made \
            visible and the history follows; into a file or a pipe goes the file, byte for byte.

              smtpq show order-1001
              smtpq show order-1001 --journal
              smtpq show order-1001 > copy.queued
            """
    )

    /// What is shown of a message.
    enum Part: String, EnumerableFlag {
        case headers
        case body
        case journal

        static func help(for value: Part) -> ArgumentHelp? {
            switch value {
            case .headers: "The header of the message alone."
            case .body: "The body alone."
            case .journal: "What has happened to the message."
            }
        }
    }

    @Argument(help: ArgumentHelp("The message; its id may be shortened while it is unique.", valueName: "id"))
    var id: String
    @Flag(exclusivity: .exclusive)
    var part: Part?
    @Flag(help: "For programs: the state as one JSON object as of list, or the journal one object a line.")
    var json = false
    @OptionGroup var queueOptions: QueueOptions

    func validate() throws {
        if json, part == .headers || part == .body {
            throw ValidationError("--json goes with --journal, or alone.")
        }
    }

    func run() throws {
        let queue = try queueOptions.open()
        var selection = MessageSelection(from: queue)
        let stem = try selection.stem(id)
        do throws(SpoolError) {
            guard let state = try queue.state(of: stem) else {
                throw SpoolError(
                    .notFound,
                    "no message \(stem) in \(PrintableText(queue.path, limitBytes: 300))"
                )
            }
            switch part {
            case .journal: try showJournal(of: stem, queue)
            case .headers: try show(.header, of: stem, state, queue)
            case .body: try show(.body, of: stem, state, queue)
            case nil where json:
                StandardStream.output.writeLine(
                    MessageJSON.value(try queue.summary(of: stem, in: state)).text
                )
            case nil:
                var printer = MessagePrinter()
                try queue.read(stem, in: state) { printer.write($0) }
                printer.finish()
                if StandardStream.output.isTerminal {
                    try showJournal(of: stem, queue, heading: "\nHistory:")
                }
            }
        } catch {
            throw CommandFailure(managing: error)
        }
    }

    private func show(
        _ kind: MessagePart.Kind,
        of stem: MessageStem,
        _ state: SpoolState,
        _ queue: QueueDirectory
    ) throws(SpoolError) {
        var printer = MessagePrinter()
        var part = MessagePart(kind)
        var problem: SpoolError?
        try queue.read(stem, in: state) { piece in
            guard problem == nil else { return }
            do throws(SpoolError) {
                try part.take(piece).withUnsafeBytes { printer.write($0) }
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
        try part.finish().withUnsafeBytes { printer.write($0) }
        printer.finish()
    }

    private func showJournal(
        of stem: MessageStem,
        _ queue: QueueDirectory,
        heading: String? = nil
    ) throws(SpoolError) {
        let records = JournalFormat.records(in: try queue.journal(of: stem) ?? [])
        if let heading, !records.isEmpty { StandardStream.output.writeLine(heading) }
        for (time, record) in records {
            if json {
                JournalFormat.line(record, at: time).withUnsafeBytes { StandardStream.output.write($0) }
            } else {
                StandardStream.output.writeLine(HistoryLine.text(record, at: time))
            }
        }
    }
}
