// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import NIOCore

/// What the driver of a ``SessionMachine`` reports.
package enum SessionEvent: Sendable {
    /// The connection stands; with implicit TLS the handshake is done too.
    case connected
    /// Bytes arrived, decrypted where TLS is in use.
    case bytesReceived(ByteBuffer)
    /// The handshake asked for by ``SessionAction/startTLS`` is done and the server is who it should be.
    case tlsEstablished
    /// That handshake failed.
    case tlsFailed(RelayFault)
    /// The mechanism's answer to ``SessionAction/beginSASL(mechanism:)`` (nil: it waits for the server to begin) or to
    /// ``SessionAction/continueSASL(challenge:)``.
    case saslResponse([UInt8]?)
    /// The mechanism has seen all it needs of the server. Reported directly after the ``saslResponse(_:)`` that
    /// completes it, before any more bytes: a success the server claims earlier is not believed.
    case saslFinished
    /// The server has told the mechanism that it refuses the login, and why. Reported directly after the
    /// ``saslResponse(_:)`` that acknowledges it.
    case saslRefused(String)
    /// The mechanism cannot go on, for the reason given.
    case saslFailed(String)
    /// A message is to be sent. Only after ``SessionAction/ready(_:)``, and also while others are on their way.
    case transactionRequested(MailTransaction)
    /// A command outside of a transaction is to be sent. Only after ``SessionAction/ready(_:)``, one at a time.
    case commandRequested(Command)
    /// Some of the content has gone out: its time-out begins anew.
    case contentProgressed
    /// The chunk asked for by ``SessionAction/sendChunk``, not the last one, is handed to the connection in this very
    /// turn. Reported before its answer can arrive.
    case chunkSent
    /// The end of the content, with the final dot or as the last chunk, is handed to the connection in this very turn: from now on the
    /// server may have the message. Reported before its answer can arrive.
    case contentSent
    /// The content cannot be read to its end, for the reason given; its end was not and will not be sent.
    case contentFailed(String)
    /// The session is no longer needed.
    case quitRequested
    /// The running timer ran out.
    case phaseTimedOut
    /// The connection is gone, for the reason given.
    case connectionClosed(String?)
}

extension SessionEvent: CustomStringConvertible, CustomDebugStringConvertible {
    /// The event without what it carries: bytes may hold a password or a message.
    package var description: String {
        switch self {
        case .connected: "connected"
        case .bytesReceived(let bytes): "bytesReceived(\(bytes.readableBytes) bytes)"
        case .tlsEstablished: "tlsEstablished"
        case .tlsFailed(let fault): "tlsFailed(\(fault.text))"
        case .saslResponse(let response): "saslResponse(\(response == nil ? "none" : "hidden"))"
        case .saslFinished: "saslFinished"
        case .saslRefused(let reason): "saslRefused(\(reason))"
        case .saslFailed(let reason): "saslFailed(\(reason))"
        case .transactionRequested: "transactionRequested"
        case .commandRequested(let command): "commandRequested(\(command))"
        case .contentProgressed: "contentProgressed"
        case .chunkSent: "chunkSent"
        case .contentSent: "contentSent"
        case .contentFailed(let reason): "contentFailed(\(reason))"
        case .quitRequested: "quitRequested"
        case .phaseTimedOut: "phaseTimedOut"
        case .connectionClosed(let reason): "connectionClosed(\(reason ?? ""))"
        }
    }

    /// The same as ``description``.
    package var debugDescription: String { description }
}
