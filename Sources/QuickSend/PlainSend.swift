// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import ProgramOutput
internal import Spool
internal import Submission

/// One message that is given whole, for an envelope and a queue that are known.
struct PlainSend {
    private let location: QueueLocation
    private let request: EnvelopeRequest
    private let key: SubmissionKey?
    private let file: String?

    /// Reads the arguments; throws for what the full program is to do.
    init(_ arguments: [String]) throws(CommandFailure) {
        let elsewhere = CommandFailure("", .usage)
        guard let arguments = QuickArguments(arguments) else { throw elsewhere }
        let operands = try SendOperands(arguments.operands)
        guard operands.recipients.isEmpty == arguments.readsRecipients else { throw elsewhere }
        request = EnvelopeRequest(
            sender: try arguments.sender.map { text throws(CommandFailure) in try SenderArgument(text).sender
            },
            recipients: operands.recipients
        )
        key = try arguments.key.map { text throws(CommandFailure) in try SubmissionKey(argument: text) }
        location = try QueueLocation(
            option: arguments.queueDirectory,
            environment: getenv("SMTPQ_QUEUEDIR").map { String(cString: $0) }
        ) { () throws(CommandFailure) in
            let path = getenv("SMTPQ_CONFIG").map { String(cString: $0) } ?? "/etc/smtpqd/smtpqd.toml"
            guard ConfigurationGlance.leavesStandards(path) else { throw elsewhere }
            return QueueLocation(
                path: QueueLocation.standardPath,
                maximumByteCount: QueueLocation.standardByteCount
            )
        }
        // Whose group may write there is said by the full program, which may ask for the names of groups.
        guard access(location.path, W_OK | X_OK) == 0 else { throw elsewhere }
        file = operands.file
    }

    /// Enqueues the message, and returns its id.
    func run() throws(CommandFailure) -> MessageStem {
        let enqueuer = try MessageEnqueuer(location)
        Interruption.watch()
        let source = try MessageInput(file: file, of: "the message")
        let submission = try enqueuer.write(source, request: request, key: key) { () throws(CommandFailure) in
            // It is asked for only where neither -f nor -t says who it is.
            throw CommandFailure("no sender: name one with -f", .badData)
        }
        return try enqueuer.commit(submission)
    }
}
