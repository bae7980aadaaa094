// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A command cannot be put on the wire as one line.
package enum CommandError: String, Error, Hashable, Sendable, CaseIterable {
    /// It would hold a control character or a line separator.
    case controlCharacter
    /// A word in it is empty, or holds a blank or something beyond ASCII.
    case malformedWord
    /// It is a line of the caller's that the session must send itself.
    case reservedVerb
    /// The line is longer than any server must accept.
    case lineTooLong

    /// What is wrong, in words that are safe to show.
    package var summary: String {
        switch self {
        case .controlCharacter: "contains a control character or line break"
        case .malformedWord: "is empty or contains a blank or a non-ASCII character"
        case .reservedVerb: "is one that only the session itself may send"
        case .lineTooLong: "is too long for one line"
        }
    }
}
