// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The relay of an attempt, as far as a report tells of it.
package struct ReportingRelay: Hashable, Sendable {
    /// Its host name or address.
    package let host: String
    /// Whether it makes reports itself (RFC 3461).
    package let offersDSN: Bool

    /// A relay.
    package init(host: String, offersDSN: Bool) {
        self.host = host
        self.offersDSN = offersDSN
    }
}
