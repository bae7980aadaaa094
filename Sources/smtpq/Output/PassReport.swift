// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import ArgumentParser
internal import Delivery
internal import MailMessage
internal import ProgramOutput
internal import SMTPProtocol
internal import Spool
internal import Submission

/// What `smtpq process` has done, told message by message as it is done.
struct PassReport {
    private let isForPrograms: Bool
    private let palette = Palette.output
    private var failure: ExitStatus?
    /// The fault of the relay that ended the last attempt.
    private(set) var fault: RelayFault?

    init(isForPrograms: Bool) { self.isForPrograms = isForPrograms }

    /// A message was tried.
    mutating func tried(_ entry: QueuePass.Entry) {
        let isDelivered = if case .delivered = entry.resolution { true } else { false }
        if !isDelivered { failure = failure ?? .badData }
        fault = entry.result?.fault
        say(PassLine(entry, isDelivered: isDelivered))
    }

    /// A message is not to be sent now.
    func left(_ stem: MessageStem) {
        say(
            PassLine(
                stem: stem,
                state: .queued,
                reason: "its time has not come, or somebody is still writing it"
            )
        )
    }

    /// A message is none, or nobody may touch it.
    mutating func refused(_ stem: MessageStem, _ error: SpoolError) {
        failure = failure ?? CommandFailure(managing: error).status
        let state: PassLine.State = error.code == .malformed ? .failed : .queued
        say(PassLine(stem: stem, state: state, reason: error.summary))
    }

    /// Ends the command with the status of the first failure, if there was one.
    func end() throws {
        if let failure { throw ExitCode(failure.code) }
    }

    private func say(_ line: PassLine) {
        StandardStream.output.writeLine(isForPrograms ? line.json.text : line.text(palette))
    }
}
