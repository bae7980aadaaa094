// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Submission

/// Many messages, one after the other.
protocol MessageSequence: AnyObject {
    /// The next message; nil behind the last one.
    ///
    /// What was not read of the one before is skipped.
    ///
    /// - Throws: ``CommandFailure`` when there is no way to go on.
    func nextMessage() throws(CommandFailure) -> MessagePlace?
}

/// Where a message of a sequence is.
struct MessagePlace {
    /// The place in words, printable.
    let description: String
    /// Begins to read it.
    let open: () throws(CommandFailure) -> any MessageSource
}
