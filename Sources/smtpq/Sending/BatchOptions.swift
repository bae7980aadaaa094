// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import ProgramOutput
internal import Submission

/// The options of `smtpq send` that put many messages into the queue.
struct BatchOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Enqueue many messages: of an mbox, FILE or standard input; or of a folder, its *.eml files, or a maildir."
        )
    )
    var batch = false

    @Flag(
        help: "With --batch: FILE or standard input is a list of files with a message each, one name a line."
    )
    var files = false

    @Flag(
        name: [.customShort("0"), .customLong("null")],
        help: "Likewise, with a NUL behind each name, as find -print0 writes it."
    )
    var null = false

    /// The messages; nil when one is to be enqueued.
    ///
    /// - Parameters:
    ///   - file: the operand that is no recipient.
    ///   - willWait: called before there is a wait for more input.
    /// - Returns: the messages, and the input that they come from where there is one.
    /// - Throws: ``CommandFailure`` for options that do not fit together, and for a file that cannot be read.
    func messages(
        file: String?,
        willWait: @escaping () -> Void
    ) throws(CommandFailure) -> (messages: any MessageSequence, input: MessageInput?) {
        if !files, !null, let file, let folder = FolderReader(file) { return (folder, nil) }
        let input = try MessageInput(file: file, of: files || null ? "the list of files" : "the messages")
        input.willWait = willWait
        if files || null { return (FileListReader(input, endsNamesWithNull: null), input) }
        return (MailboxReader(input), input)
    }

    /// Looks whether the options fit together.
    func check(isComposed: Bool) throws(CommandFailure) {
        guard batch else {
            if files || null { throw CommandFailure("--files and -0 need --batch", .usage) }
            return
        }
        if isComposed {
            throw CommandFailure(
                "--batch is for messages that are given whole, not for one that is composed",
                .usage
            )
        }
    }
}
