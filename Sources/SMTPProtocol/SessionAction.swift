// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import NIOCore

/// What the driver of a ``SessionMachine`` has to do, in this order.
package enum SessionAction: Equatable, Sendable {
    /// Send these bytes.
    case write(ByteBuffer)
    /// Begin the TLS handshake, then report ``SessionEvent/tlsEstablished`` or ``SessionEvent/tlsFailed(_:)``.
    case startTLS
    /// Begin this SASL mechanism and report its first response.
    case beginSASL(mechanism: String)
    /// Give the mechanism this challenge and report its response.
    case continueSASL(challenge: [UInt8])
    /// Send the content of the transaction that was asked for after so many others, through a ``ContentEncoder``, the final
    /// dot included, then report ``SessionEvent/contentSent``.
    case sendContent(of: Int)
    /// Send the next chunk of the content of that transaction, with its BDAT line; report ``SessionEvent/chunkSent``, or after the last one
    /// ``SessionEvent/contentSent``. A chunk is handed to the connection whole, in one turn.
    case sendChunk(of: Int)
    /// Send no more of the content: a chunk asked for and not yet sent is not wanted any more.
    case stopContent
    /// Start a timer in place of the running one; when it runs out report ``SessionEvent/phaseTimedOut``.
    case startTimer(SessionPhase, Duration)
    /// Stop the running timer.
    case cancelTimer
    /// The session can take mail.
    case ready(SessionFacts)
    /// Let transactions with this server not overlap any more: it does not take that.
    case avoidOverlap
    /// The first transaction of those asked for that has not ended has ended.
    case finishTransaction(TransactionOutcome)
    /// The command asked for has this reply, or will have none.
    case finishCommand(Result<Reply, RelayFault>)
    /// The session is unusable, for this reason.
    case fail(RelayFault)
    /// Close the connection once what was written has gone out. Always the last action.
    case close
}

extension SessionAction: CustomStringConvertible, CustomDebugStringConvertible {
    /// The action without what it carries: bytes may hold a password or a message.
    package var description: String {
        switch self {
        case .write(let bytes): "write(\(bytes.readableBytes) bytes)"
        case .startTLS: "startTLS"
        case .beginSASL(let mechanism): "beginSASL(\(mechanism))"
        case .continueSASL(let challenge): "continueSASL(\(challenge.count) bytes)"
        case .sendContent(let place): "sendContent(of: \(place))"
        case .sendChunk(let place): "sendChunk(of: \(place))"
        case .stopContent: "stopContent"
        case .startTimer(let phase, let duration): "startTimer(\(phase.rawValue), \(duration))"
        case .cancelTimer: "cancelTimer"
        case .ready(let facts): "ready(\(facts))"
        case .avoidOverlap: "avoidOverlap"
        case .finishTransaction(let outcome): "finishTransaction(\(outcome))"
        case .finishCommand(let result): "finishCommand(\(result))"
        case .fail(let fault): "fail(\(fault))"
        case .close: "close"
        }
    }

    /// The same as ``description``.
    package var debugDescription: String { description }
}
