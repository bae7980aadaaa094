// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Why a text is no envelope field.
package struct EnvelopeError: Error, Hashable, Sendable {
    /// What kind of mistake it is.
    package enum Code: Hashable, Sendable {
        /// The address is not valid.
        case address
        /// A parameter is unknown, stands twice, or has a bad value.
        case parameter
        /// A message names no recipient.
        case noRecipient
        /// A message names no sender.
        case noSender
    }

    /// What kind of mistake it is.
    package let code: Code
    /// What is wrong, printable.
    package let summary: String

    init(_ code: Code, _ summary: String) {
        self.code = code
        self.summary = summary
    }
}
