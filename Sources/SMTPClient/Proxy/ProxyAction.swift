// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// What a ``ProxyMachine`` decides.
enum ProxyAction: Equatable {
    /// Nothing can be said before more bytes have arrived.
    case awaitMore
    /// These bytes go to the proxy; then the machine is asked again.
    case send(ByteBuffer)
    /// The connection to the target stands: all that follows is between the relay and the session.
    case establish
}
