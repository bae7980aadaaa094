// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import NIOCore

/// What the driver of a ``SinkMachine`` has to do, in this order.
package enum SinkAction: Equatable {
    /// Send this line; CR LF is to follow it.
    case reply(String)
    /// A content begins.
    case open(SinkEnvelope)
    /// Keep these bytes of the content that is arriving.
    case keep(ByteBuffer)
    /// Throw away what was kept.
    case discard
    /// A message is whole: store it, then report ``SinkEvent/stored(reply:)``. Always the last action.
    case store(SinkMessage)
    /// Let time pass, then report ``SinkEvent/paused``. Always the last action.
    case pause(Duration)
    /// Close the connection once what was written has gone out. Always the last action.
    case close
}
