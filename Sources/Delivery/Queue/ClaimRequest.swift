// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Spool

/// A message that is to be read, and claimed if a relay has room for it.
struct ClaimRequest: Sendable {
    /// A relay that has room for the message, as one of this route.
    struct Promise: Sendable {
        let relay: Int
        let route: Int
    }

    let stem: MessageStem
    /// Nil when its route is not known.
    let promise: Promise?
}
