// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// What is to be done with a message in a ``Maildir``, in order: open, append …, commit or discard.
enum MaildirJob: Sendable {
    /// A message begins, with these lines at its top.
    case open(head: String)
    /// A piece of its content.
    case append(ByteBuffer)
    /// It is whole.
    case commit
    /// It is not wanted.
    case discard
}
