// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// The client's side of a handshake with a proxy, as a value: bytes in, bytes and a verdict out.
///
/// What the proxy sends may arrive in pieces of any size; a machine holds no bytes itself, and leaves what belongs to the
/// relay in the buffer. No I/O, no clock.
protocol ProxyMachine: Sendable {
    /// What is said first.
    var opening: ByteBuffer { get }

    /// Takes what it needs out of the bytes received.
    ///
    /// What is left in the buffer must be there, at its front, at the next call. At most
    /// ``TunnelMachine/headerByteLimit`` bytes are ever left waiting.
    mutating func receive(_ received: inout ByteBuffer) throws(ProxyError) -> ProxyAction
}
