// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How long each phase of a session may take.
///
/// | phase | RFC 5321 §4.5.3.2 asks for at least | default |
/// |---|---|---|
/// | connect | | 30 s |
/// | greeting | 5 min | 5 min |
/// | ehlo, startTLS, authentication | | 5 min |
/// | tlsHandshake | | 1 min |
/// | mail | 5 min | 5 min |
/// | recipient | 5 min | 5 min |
/// | data | 2 min | 2 min |
/// | content, without any progress | 3 min | 3 min |
/// | chunk | | 3 min |
/// | finalDot | 10 min | 10 min |
/// | reset | | 1 min |
/// | command | | 5 min |
/// | quit | | 10 s |
/// | idle, by the server's clock (§4.5.3.2.7) | 5 min | 5 min |
package struct PhaseTimeouts: Hashable, Sendable {
    private var changed: [SessionPhase: Duration] = [:]

    /// The longest time for opening a session, and for each transaction, as a whole; nil limits only their phases.
    package var operation: Duration?

    /// The values of RFC 5321, and those of the table where it is silent.
    package static let rfc5321 = PhaseTimeouts()

    /// The longest time a phase may take; in ``SessionPhase/content`` the longest time without progress.
    package subscript(phase: SessionPhase) -> Duration {
        get { changed[phase] ?? Self.standard(phase) }
        set { changed[phase] = newValue }
    }

    private static func standard(_ phase: SessionPhase) -> Duration {
        switch phase {
        case .connect: .seconds(30)
        case .tlsHandshake, .reset: .seconds(60)
        case .greeting, .ehlo, .startTLS, .authentication, .mail, .recipient, .command, .idle:
            .seconds(300)
        case .data: .seconds(120)
        case .content, .chunk: .seconds(180)
        case .finalDot: .seconds(600)
        case .quit: .seconds(10)
        }
    }
}
