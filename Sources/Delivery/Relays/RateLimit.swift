// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// A bound on messages in a span of time, such as 500 an hour.
package struct RateLimit: Hashable, Sendable {
    /// Messages.
    package let count: Int
    /// The span in which no more than these are sent, wherever it begins.
    package let span: Duration

    /// A limit of at least one message.
    package init(_ count: Int, per span: Duration) {
        self.count = max(1, count)
        self.span = span
    }
}
