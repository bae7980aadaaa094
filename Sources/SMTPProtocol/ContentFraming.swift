// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How a server is told where a content ends.
package enum ContentFraming: String, Hashable, Sendable, CaseIterable {
    /// After DATA: by a line of one dot; dots at the beginning of lines are doubled (RFC 5321 §4.5.2).
    case dotted
    /// After BDAT: by counting; nothing is doubled (RFC 3030 §2).
    case chunked
}
