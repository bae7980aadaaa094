// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Why a content is refused once all of it has arrived.
enum ContentDefect: Hashable, Sendable {
    /// A line feed without carriage return: what one server takes for a line end and the next does not (T14).
    case bareLineFeed
    /// A carriage return without line feed.
    case bareCarriageReturn
    /// A line of more than 998 bytes (RFC 5322 §2.1.1).
    case lineTooLong
    /// More bytes than SIZE allows.
    case tooLarge

    /// The reply to the end of such a content.
    var reply: String {
        switch self {
        case .bareLineFeed: "550 5.6.0 the content has a line feed without a carriage return"
        case .bareCarriageReturn: "550 5.6.0 the content has a carriage return without a line feed"
        case .lineTooLong: "550 5.6.0 the content has a line of more than 998 bytes"
        case .tooLarge: "552 5.3.4 the content is larger than SIZE"
        }
    }
}
