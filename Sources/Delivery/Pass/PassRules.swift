// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import SMTPProtocol
package import Spool

/// What becomes of a message in a pass that tries each one once.
///
/// Pure.
///
/// | the attempt | the file |
/// |---|---|
/// | every recipient accepted | deleted, or `.sent` with KeepQueue |
/// | a recipient refused, for now or for good | `.failed`; who has it is recorded |
/// | the connection failed, or the file could not be read | `.failed` |
/// | the relay takes no more recipients on this connection | `.queued`; who has it is recorded |
package enum PassRules {
    /// The end of an attempt on a message.
    ///
    /// - Parameters:
    ///   - result: what the attempt has brought; nil when nobody was left to try.
    ///   - message: what is known of the message.
    ///   - openCount: its recipients without a final answer, who were all tried.
    ///   - keepQueue: whether delivered messages are kept.
    /// - Returns: what happens to the file.
    package static func resolution(
        after result: AttemptResult?,
        of message: MessageFacts,
        openCount: Int,
        keepQueue: Bool
    ) -> Resolution {
        let attempt = result.map { [$0.attemptRecord(number: message.attempts + 1)] } ?? []
        let answers = result?.answers ?? []
        let lines = attempt + answers.map(\.record)
        if let problem = result?.fault?.text ?? result?.contentProblem {
            return .failed(lines: lines + [.problem(problem)])
        }
        if message.hasFailedRecipient || answers.contains(where: { $0.outcome.verdict != .delivered }) {
            return .failed(lines: lines)
        }
        guard answers.count == openCount else { return .retry(lines: lines) }
        return .delivered(lines: lines, keep: keepQueue)
    }

    /// What there is to report of an attempt: there is no other one, so that all fail who have not got the message.
    package static func final(_ result: AttemptResult, for recipients: [EnvelopeRecipient]) -> AttemptResult {
        var final = result
        if let problem = result.fault?.text ?? result.contentProblem {
            final.deferRest(of: recipients, reason: problem)
        }
        return final.givenUp("after one attempt")
    }
}
