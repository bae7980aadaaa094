// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import Logging
internal import MailMessage
internal import SMTPProtocol
internal import Spool

/// Writes the delivery's log lines: one place for their words, levels and structured fields.
///
/// Every text from outside (replies, addresses of peers) is a `PrintableText` already or is made one here; secrets and
/// bodies never come this way.
package struct DeliveryLog: Sendable {
    private let logger: Logger

    /// A log that writes through `logger`.
    package init(logger: Logger) {
        self.logger = logger
    }

    /// One recipient's outcome.
    func outcome(_ outcome: RecipientOutcome, of recipient: EnvelopeRecipient, in attempt: AttemptFacts) {
        var fields = attempt.fields
        fields["SMTPQ_RECIPIENT"] = "\(recipient.address)"
        fields["SMTPQ_OUTCOME"] = "\(outcome.verdict.rawValue)"
        fields["SMTPQ_CODE"] = outcome.code.map { "\($0)" }
        fields["SMTPQ_STATUS"] = outcome.status.map { "\($0)" }
        fields["SMTPQ_REPLY"] = "\(outcome.reply)"
        let kind: LogEventKind =
            switch outcome.verdict {
            case .delivered: .delivered
            case .deferred: outcome.isUnconfirmed ? .unconfirmed : .deferred
            case .failed: .failed
            }
        let code = outcome.code.map { "\($0) " } ?? ""
        let text =
            "\(attempt.stem): \(outcome.verdict.rawValue) to <\(recipient.address)> by \(attempt.relay): \(code)\(outcome.reply)"
        write(kind, level: outcome.verdict == .delivered ? .info : .warning, text, fields)
    }

    /// A report that was made, or withheld because the sender had too many within the hour.
    func report(_ report: DeliveryReport, isWithheld: Bool) {
        let told = report.answers.map { "<\($0.recipient.address)>" }.prefix(3).joined(separator: " ")
        let what = "\(report.subject.stem): \(report.kind.rawValue) for \(told)"
        let fields: Logger.Metadata = [
            "SMTPQ_ID": "\(report.subject.stem)", "SMTPQ_SENDER": "<\(report.recipient)>",
            "SMTPQ_OUTCOME": "\(report.kind.rawValue)",
        ]
        guard isWithheld else {
            let text = "\(what): <\(report.recipient)> is told, in report \(report.stem)"
            return write(.reported, level: .notice, text, fields)
        }
        let limit = report.policy.limitPerHour
        write(
            .reportWithheld,
            level: .warning,
            "\(what): <\(report.recipient)> is not told, after \(limit) reports within an hour",
            fields
        )
    }

    /// The relay is at fault and is left alone for `wait`.
    func relayDown(_ relay: String, fault: RelayFault, wait: Duration) {
        let seconds = Double(wait.components.seconds) + Double(wait.components.attoseconds) * 1e-18
        let tenths = (seconds * 10).rounded() / 10
        write(
            .relayDown,
            level: .error,
            "relay \(relay) is down (\(fault.kind.rawValue)): \(fault.text); mail waits, next probe in \(tenths) s",
            [
                "SMTPQ_RELAY": "\(relay)", "SMTPQ_REPLY": "\(fault.text)",
                "SMTPQ_CODE": fault.code.map { "\($0)" } ?? "",
            ]
        )
    }

    /// The relay answers again after an outage.
    func relayUp(_ relay: String) {
        write(.relayUp, level: .notice, "relay \(relay) is up again", ["SMTPQ_RELAY": "\(relay)"])
    }

    /// One more connection was refused while others stand.
    func windowLowered(_ relay: String, fault: RelayFault, window: Int) {
        logger.notice(
            "relay \(relay) refuses more than \(window) connections: \(fault.text)",
            metadata: ["SMTPQ_RELAY": "\(relay)"]
        )
    }

    /// A message that may have been delivered when the last process ended is queued again.
    func recovered(_ stem: MessageStem) {
        write(
            .recovered,
            level: .warning,
            "\(stem): was being sent when the last process ended; queued again, a second copy is possible",
            ["SMTPQ_ID": "\(stem)", "SMTPQ_OUTCOME": "possible-duplicate"]
        )
    }

    /// A queue file that is no message was moved to `.failed`.
    func malformed(_ stem: MessageStem, _ error: SpoolError) {
        write(
            .malformed,
            level: .error,
            "\(stem): not a message, moved to .failed: \(error.summary)",
            ["SMTPQ_ID": "\(stem)", "SMTPQ_OUTCOME": "failed", "SMTPQ_REPLY": "\(error.summary)"]
        )
    }

    /// A queue file is left alone.
    func hostile(_ stem: MessageStem, _ error: SpoolError) {
        write(.hostile, level: .error, "\(stem): left alone: \(error.summary)", ["SMTPQ_ID": "\(stem)"])
    }

    /// The host fails with one message while others go on.
    func faulty(_ stem: MessageStem, _ error: SpoolError) {
        logger.error(
            "\(stem): waits, and is tried again every few seconds: \(error.summary)",
            metadata: ["SMTPQ_ID": "\(stem)"]
        )
    }

    /// What was wrong with the files of a message is put right.
    func faultOver(_ stem: MessageStem) {
        logger.notice("\(stem): its files are in order again", metadata: ["SMTPQ_ID": "\(stem)"])
    }

    /// The host stands in the way.
    func localFault(_ error: SpoolError) {
        write(.localFault, level: .error, "delivery pauses: \(error.summary)", [:])
    }

    /// The host's fault is over.
    func localFaultOver() {
        write(.localFaultOver, level: .notice, "delivery goes on", [:])
    }

    /// `.paused` appeared or went.
    func paused(_ isPaused: Bool) {
        write(.paused, level: .notice, isPaused ? "paused by .paused in the queue directory" : "resumed", [:])
    }

    /// A plain remark without a kind of its own.
    func remark(_ level: Logger.Level, _ text: String) {
        logger.log(level: level, "\(text)")
    }

    private func write(
        _ kind: LogEventKind,
        level: Logger.Level,
        _ text: @autoclosure () -> String,
        _ fields: Logger.Metadata
    ) {
        var fields = fields
        fields["MESSAGE_ID"] = "\(kind.rawValue)"
        logger.log(level: level, "\(text())", metadata: fields)
    }
}
