// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Where in a session something happens; each phase has its own time-out.
package enum SessionPhase: String, Hashable, Sendable, CaseIterable {
    /// The connection is being made.
    case connect
    /// The server's first reply is awaited.
    case greeting
    /// The answer to EHLO or HELO is awaited.
    case ehlo
    /// The answer to STARTTLS is awaited.
    case startTLS
    /// The TLS handshake is under way.
    case tlsHandshake
    /// The login is under way.
    case authentication
    /// The answer to MAIL is awaited.
    case mail
    /// The answer to RCPT is awaited.
    case recipient
    /// The answer to DATA is awaited.
    case data
    /// The content is being sent.
    case content
    /// The answer to a chunk of the content is awaited that is not the last one.
    case chunk
    /// The answer to the end of the content is awaited.
    case finalDot
    /// The answer to RSET is awaited.
    case reset
    /// The answer to a command outside of a transaction is awaited.
    case command
    /// The answer to QUIT is awaited.
    case quit
    /// Nothing is under way.
    case idle
}
