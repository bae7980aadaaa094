// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import MailMessage
internal import ProgramOutput

/// What `smtpq check` has found, told line by line as it is found.
struct CheckReport {
    private let palette = Palette.output
    private var firstFailure: ExitStatus?

    /// Something is as it should be.
    func ok(_ text: String) { say("ok  ", text, isGood: true) }

    /// Something is not.
    mutating func fail(_ text: String, _ status: ExitStatus) {
        say("FAIL", text, isGood: false)
        firstFailure = firstFailure ?? status
    }

    /// Ends the command with the status of the first failure, if there was one.
    func end() throws {
        if let firstFailure { throw ExitCode(firstFailure.code) }
    }

    private func say(_ verdict: String, _ text: String, isGood: Bool) {
        let shown = PrintableText(text, limitBytes: 2048)
        StandardStream.output.writeLine("\(palette.text(verdict, isGood: isGood))  \(shown)")
    }
}
