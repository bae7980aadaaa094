// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What a server sent is no reply: the session cannot go on.
package enum ReplyError: String, Error, Hashable, Sendable, CaseIterable {
    /// A line does not begin with three digits, followed by a blank, a hyphen or the end of the line.
    case malformedLine
    /// The code is outside 200…599.
    case codeOutOfRange
    /// The lines of one reply have different codes.
    case codeChanged
    /// A line is longer than the limit.
    case lineTooLong
    /// A reply has more lines than the limit.
    case tooManyLines

    /// What is wrong, in words that are safe to show.
    package var summary: String {
        switch self {
        case .malformedLine: "the server sent a line that is no SMTP reply"
        case .codeOutOfRange: "the server sent a reply code outside 200 to 599"
        case .codeChanged: "the server changed the code within one reply"
        case .lineTooLong: "the server sent an overlong line"
        case .tooManyLines: "the server sent a reply of too many lines"
        }
    }
}
