// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Whose fault is it? The only place where a reply code is interpreted.
///
/// | reply | to | scope |
/// |---|---|---|
/// | 4xx, 5xx | RCPT | that recipient is deferred, failed |
/// | 552 "too many recipients" | RCPT | that recipient is deferred (RFC 5321 §4.5.3.1.10) |
/// | 4xx, 5xx | MAIL, DATA, BDAT, the final dot | all open recipients are deferred, failed |
/// | 530, 534, 535, 538 | any of these | the relay: it wants another login (RFC 4954 §6) |
/// | 421 | anything | the relay (RFC 5321 §3.8) |
/// | 4xx, 5xx | connecting, EHLO, STARTTLS, AUTH | the relay |
/// | 4xx, 5xx | a command outside of a transaction | nobody: it is for the caller to read |
/// | any other | anything | the relay: it does not speak SMTP |
///
/// Of the codes that agree only the first digit counts, as RFC 5321 §4.3.2 asks, but where safety hangs on the code:
/// the greeting and STARTTLS take 220 alone, AUTH 235 and 334, DATA 354.
package enum ReplyClassifier {
    /// What a reply means for the command it answers.
    package enum Judgement: Hashable, Sendable {
        /// The command is done.
        case completed
        /// The server waits for more: a SASL response, the content.
        case intermediate
        /// The recipient, or all open recipients, are refused.
        case refused(RecipientOutcome)
        /// The relay is at fault.
        case fault(RelayFault)
    }

    /// Judges a reply to a command.
    ///
    /// - Parameters:
    ///   - reply: The reply.
    ///   - phase: The command it answers.
    ///   - acceptedRecipientCount: How many recipients of the transaction were accepted before this one.
    /// - Returns: What follows for the command.
    package static func judge(
        _ reply: Reply,
        to phase: SessionPhase,
        acceptedRecipientCount: Int = 0
    ) -> Judgement {
        if reply.code == 421 { return .fault(fault(.serviceClosing, reply, phase)) }
        switch reply.code {
        case 200..<300: return completes(reply.code, phase) ? .completed : .fault(unexpected(reply, phase))
        case 300..<400: return continues(reply.code, phase) ? .intermediate : .fault(unexpected(reply, phase))
        case 400..<600: return refusal(reply, phase, acceptedRecipientCount)
        default: return .fault(unexpected(reply, phase))
        }
    }

    /// Judges a reply that answers no command.
    package static func judgeUnsolicited(_ reply: Reply, in phase: SessionPhase) -> RelayFault {
        if reply.code == 421 { return fault(.serviceClosing, reply, phase) }
        return RelayFault(
            kind: .protocolViolation,
            phase: phase,
            code: reply.code,
            text: "the server sent a reply that answers no command: \(reply.code) \(reply.text)"
        )
    }

    /// Judges the refusal of RSET where the next transaction hangs on it: RFC 5321 §4.1.1.5 knows none.
    package static func judgeRefusedReset(_ reply: Reply) -> RelayFault {
        unexpected(reply, .reset)
    }

    /// Judges a reply that comes while the content is still being sent: a refusal ends the message early.
    package static func judgeEarly(_ reply: Reply) -> Judgement {
        reply.code < 400 ? .fault(judgeUnsolicited(reply, in: .content)) : judge(reply, to: .content)
    }

    /// Whether a server that answers EHLO so may understand HELO (RFC 5321 §3.2).
    package static func suggestsHELO(_ reply: Reply) -> Bool {
        (500..<600).contains(reply.code)
    }

    /// Whether a server that answers AUTH so may take another mechanism of the same user: this one is unknown to it
    /// (504), or too weak for the user (534).
    ///
    /// - SeeAlso: RFC 4954 §4, §6
    package static func suggestsOtherMechanism(_ reply: Reply) -> Bool {
        reply.code == 504 || reply.code == 534
    }

    /// The outcome of a recipient whose message was accepted with this reply.
    package static func delivered(by reply: Reply) -> RecipientOutcome {
        outcome(.delivered, reply)
    }

    private static func completes(_ code: Int, _ phase: SessionPhase) -> Bool {
        switch phase {
        case .greeting, .startTLS: code == 220
        case .authentication: code == 235
        case .ehlo, .mail, .recipient, .chunk, .finalDot, .reset, .command, .quit: true
        case .data, .content, .connect, .tlsHandshake, .idle: false
        }
    }

    private static func continues(_ code: Int, _ phase: SessionPhase) -> Bool {
        switch phase {
        case .authentication: code == 334
        case .data: code == 354
        default: false
        }
    }

    /// 4xx and 5xx, other than 421.
    private static func refusal(
        _ reply: Reply,
        _ phase: SessionPhase,
        _ acceptedRecipientCount: Int
    ) -> Judgement {
        switch phase {
        case .connect, .greeting, .ehlo: return .fault(fault(.greeting, reply, phase))
        case .startTLS: return .fault(fault(.tlsRefused, reply, phase))
        case .authentication: return .fault(fault(.authenticationRefused, reply, phase))
        case .tlsHandshake, .idle: return .fault(unexpected(reply, phase))
        case .reset, .command, .quit: break
        case .mail, .recipient, .data, .content, .chunk, .finalDot:
            if demandsLogin(reply.code) { return .fault(fault(.authenticationRefused, reply, phase)) }
        }
        let isTemporary =
            reply.code < 500 || (phase == .recipient && meansTooManyRecipients(reply, acceptedRecipientCount))
        return .refused(outcome(isTemporary ? .deferred : .failed, reply))
    }

    /// RFC 4954 §6: a login is required, too weak, refused, or needs encryption.
    private static func demandsLogin(_ code: Int) -> Bool {
        code == 530 || code == 534 || code == 535 || code == 538
    }

    /// RFC 5321 §4.5.3.1.10: servers that know RFC 821 only say 552 where 452 is meant.
    ///
    /// The same code also says that a mailbox is full, which the enhanced status tells apart (5.5.3 and
    /// 5.2.2); without one, only a recipient that comes after accepted ones can be one too many.
    private static func meansTooManyRecipients(_ reply: Reply, _ acceptedRecipientCount: Int) -> Bool {
        guard reply.code == 552 else { return false }
        guard let status = reply.enhancedStatus else { return acceptedRecipientCount > 0 }
        return status.subject == 5 && status.detail == 3
    }

    private static func outcome(_ verdict: RecipientOutcome.Verdict, _ reply: Reply) -> RecipientOutcome {
        RecipientOutcome(
            verdict: verdict,
            code: reply.code,
            status: reply.enhancedStatus,
            reply: reply.text,
            isReply: true
        )
    }

    private static func fault(_ kind: RelayFault.Kind, _ reply: Reply, _ phase: SessionPhase) -> RelayFault {
        RelayFault(kind: kind, phase: phase, code: reply.code, text: reply.text)
    }

    private static func unexpected(_ reply: Reply, _ phase: SessionPhase) -> RelayFault {
        RelayFault(
            kind: .protocolViolation,
            phase: phase,
            code: reply.code,
            text: "the server sent an unexpected reply: \(reply.code) \(reply.text)"
        )
    }
}
