// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// What the driver of a ``SinkMachine`` has to do, in this order.
enum SinkAction: Equatable {
    /// Send this line; CR LF is to follow it.
    case reply(String)
    /// A content begins; these lines are the envelope, for the top of a stored message.
    case open(head: String)
    /// Keep these bytes of the content that is arriving.
    case keep(ByteBuffer)
    /// Throw away what was kept.
    case discard
    /// A message is whole: store it, then report ``SinkEvent/stored(_:)``. Always the last action.
    case store(SinkMessage)
    /// Let time pass, then report ``SinkEvent/paused``. Always the last action.
    case pause(Duration)
    /// Close the connection once what was written has gone out. Always the last action.
    case close
}
