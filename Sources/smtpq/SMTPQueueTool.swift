// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import Glibc
internal import MailMessage
internal import ProgramOutput
internal import Submission

/// The command line tool: the queue directory, seen and worked from a terminal.
///
/// Each command states its name: to derive it from that of its type would take two milliseconds of every start.
@main
struct SMTPQueueTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smtpq",
        abstract: "Enqueue, inspect and manage the mail of a queue directory.",
        discussion: """
            Every command works on the directory itself, with or without a running smtpqd. A message is named by its id, \
            which may be shortened as long as it is unique.

            Exit status, as in sysexits.h: 0 done, 64 wrong usage, 65 bad message or address, 66 input not readable, \
            69 relay or daemon not available, 73 queue directory not usable, 74 output not writable, 75 try again later, \
            77 permission denied, 78 wrong configuration.
            """,
        version: "0.1.0",
        subcommands: [
            Send.self, List.self, Show.self, Flush.self, Hold.self, Release.self, Requeue.self, Fail.self,
            Delete.self, Pause.self, Resume.self, Process.self, Status.self, Top.self, Check.self,
            Explain.self,
            Verify.self,
            Expand.self, Sink.self, Convert.self,
        ]
    )

    /// Runs the command that the arguments name; the one place where this program ends with an error.
    ///
    /// It stays on the first thread, which the system hands signals to: see ``Interruption``.
    @MainActor
    static func main() async {
        StandardDescriptors.openMissing()
        let given = Array(CommandLine.arguments.dropFirst())
        if let name = TraditionalName(program: CommandLine.arguments.first ?? "") { name.run(given) }
        do {
            try CommandName.check(given.first, known: configuration.subcommands.map { $0._commandName })
            let arguments = try AddressArguments.separated(given, valueOptions: Send.valueOptions)
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    private static func end(with error: any Error) -> Never {
        if let failure = error as? CommandFailure {
            failure.say()
            Glibc.exit(failure.status.code)
        }
        // Help and version arrive as errors too, with a status of success.
        let status = exitCode(for: error)
        let text = printable(fullMessage(for: error))
        if !text.isEmpty {
            if status.isSuccess {
                StandardStream.output.writeLine(text)
            } else {
                let prefix = "Error: "
                let summary = text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...]
                StandardStream.error.writeLine("smtpq: \(summary)")
            }
        }
        Glibc.exit(status.rawValue)
    }

    /// The lines of a text, which may quote arguments, made safe to show.
    private static func printable(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { PrintableText($0, limitBytes: 4096).string }
            .joined(separator: "\n")
    }
}
