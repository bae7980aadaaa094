// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
package import ProgramOutput
package import Spool

/// Why a command could not do what was asked: one line for standard error, and the status to end with.
package struct CommandFailure: Error, Hashable {
    /// What is wrong, where, and what to do: one line, printable.
    package let summary: String
    /// The status that tells a program the same.
    package let status: ExitStatus

    /// A failure in one line.
    package init(_ summary: String, _ status: ExitStatus) {
        self.summary = summary
        self.status = status
    }

    /// An error of the spool while a message was being enqueued.
    package init(enqueueing error: SpoolError, in path: String) {
        let place = PrintableText(path, limitBytes: 300)
        switch error.code {
        case .notPermitted:
            let group = DirectoryFacts(path: path).map { " \($0.group)" } ?? ""
            self.init(
                "cannot write to \(place): permission denied (are you in group\(group)?)",
                .noPermission
            )
        case .noSpace:
            self.init(
                "cannot write to \(place): no space left on the device, or quota exceeded; nothing was enqueued",
                .tryAgain
            )
        case .directory:
            self.init("\(error.summary) (create it, or name another one with --queue-dir)", .cannotCreate)
        case .malformed, .name:
            self.init("not enqueued: \(error.summary)", .badData)
        case .notFound, .alreadyThere, .locked, .busy, .hostile, .changed, .host:
            self.init("not enqueued: \(error.summary)", .cannotCreate)
        }
    }

    /// An error of the spool while messages were being looked at or changed.
    package init(managing error: SpoolError) {
        switch error.code {
        case .notPermitted: self.init("\(error.summary) (root and the owner of the queue may)", .noPermission)
        case .directory: self.init("\(error.summary) (name another one with --queue-dir)", .cannotCreate)
        case .name, .notFound, .malformed, .hostile: self.init(error.summary, .badData)
        case .locked, .busy, .noSpace, .changed: self.init(error.summary, .tryAgain)
        case .alreadyThere, .host: self.init(error.summary, .cannotCreate)
        }
    }

    /// Writes the line to standard error.
    package func say(as program: String = "smtpq") {
        StandardStream.error.writeLine("\(program): \(summary)")
    }
}
