// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import Glibc
internal import MailMessage
internal import ProgramOutput
internal import Submission

/// The names that programs have called a mailer by since long before this one.
enum TraditionalName: String {
    case sendmail
    case mailq
    case newaliases

    /// The name that the program was called by; nil for its own.
    init?(program: String) {
        self.init(
            rawValue: String(
                program[(program.lastIndex(of: "/").map(program.index(after:)) ?? program.startIndex)...]
            )
        )
    }

    /// Does what the command line says.
    func run(_ arguments: [String]) -> Never {
        do {
            let options = try SendmailArguments(arguments)
            switch (self, options.mode) {
            case (.newaliases, _), (_, .aliases): try AliasCheck.run()
            case (.mailq, .submit), (_, .list): try TraditionalList.run()
            case (_, .submit): try Submission(options).run()
            case (_, .session): try SubmissionSession.run()
            case (_, .verify): try AliasCheck.verify(options.recipients)
            case (_, .flush(let selection)): try Self.flush(selection)
            }
        } catch let failure as CommandFailure {
            failure.say(as: rawValue)
            exit(failure.status.code)
        } catch {
            exit(SMTPQueueTool.exitCode(for: error).rawValue)
        }
        exit(EXIT_SUCCESS)
    }

    private static func flush(_ selection: SendmailArguments.Selection) throws {
        let arguments =
            switch selection {
            case .all: ["--all"]
            case .id(let id): ["--", id]
            case .sender(let text): ["--sender", "*\(text)*"]
            case .recipient(let text): ["--recipient", "*\(text)*"]
            }
        try Flush.parse(arguments).run()
    }
}
