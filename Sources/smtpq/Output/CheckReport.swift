// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import ProgramOutput
internal import Spool

/// What `smtpq check` has found, told as it is found.
struct CheckReport {
    private let isForPrograms: Bool
    private let palette = Palette.output
    private var firstFailure: ExitStatus?

    init(isForPrograms: Bool) { self.isForPrograms = isForPrograms }

    /// Tells of something; `status` is what a failure ends the command with.
    mutating func add(_ finding: CheckFinding, _ status: ExitStatus = .unavailable) {
        if finding.verdict == .failure { firstFailure = firstFailure ?? status }
        for line in isForPrograms ? [finding.json.text] : finding.lines(palette) {
            StandardStream.output.writeLine(line)
        }
    }

    /// Ends the command with the status of the first failure, if there was one.
    func end() throws {
        if let firstFailure { throw ExitCode(firstFailure.code) }
    }
}
