// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPProtocol

/// What is known of a session once it can take mail.
struct ReadySession: Sendable {
    /// What the relay offers.
    let facts: SessionFacts
    /// The TLS version, such as `TLSv1.3`; nil in clear text.
    let tlsVersion: String?
    /// What becomes of the session.
    let status: SessionStatus
}
