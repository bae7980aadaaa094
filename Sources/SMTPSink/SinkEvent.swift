// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import NIOCore

/// What the driver of a ``SinkMachine`` reports.
package enum SinkEvent {
    /// A client is there.
    case connected
    /// Bytes arrived.
    case bytesReceived(ByteBuffer)
    /// The time of ``SinkAction/pause(_:)`` is over.
    case paused
    /// The message of ``SinkAction/store(_:)`` is stored, or cannot be: the reply says which.
    case stored(reply: String)
}
