// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// One thing that happens in a ``Dialogue``.
package enum DialogueStep: Sendable, Hashable {
    /// The client sends this line; CR LF follows it on the wire.
    case client([UInt8])
    /// The server sends these bytes at once.
    case server([UInt8])
    /// The TLS handshake takes place and succeeds.
    case tls
    /// The server closes the connection.
    case drop
    /// So much time passes in silence.
    case wait(Duration)
}
