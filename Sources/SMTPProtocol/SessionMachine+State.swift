// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

extension SessionMachine.State {
    /// The phase in the words of faults and time-outs.
    var phase: SessionPhase {
        switch self {
        case .initial: .connect
        case .awaitingGreeting: .greeting
        case .awaitingEHLO, .awaitingHELO: .ehlo
        case .awaitingStartTLS: .startTLS
        case .negotiatingTLS: .tlsHandshake
        case .loggingIn: .authentication
        case .idle, .closed: .idle
        case .transacting(let pipeline): pipeline.phase
        case .commanding: .command
        case .quitting: .quit
        }
    }

    /// The phase whose time-out is running; nil where there is nothing to wait for.
    var timedPhase: SessionPhase? {
        switch self {
        case .initial, .idle, .closed: nil
        default: phase
        }
    }

    /// Whether bytes that arrive are replies.
    var readsReplies: Bool {
        switch self {
        case .negotiatingTLS, .closed: false
        default: true
        }
    }

    /// Whether a reply may come that answers no command: the refusal of a content that is still being sent.
    var takesEarlyReply: Bool {
        if case .transacting(let pipeline) = self { pipeline.takesEarlyReply } else { false }
    }
}
