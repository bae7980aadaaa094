// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Spool

extension Agenda {
    /// Takes messages that are due: those in line for the first route, then those that are unread.
    mutating func takeDue(limit: Int, now: ContinuousClock.Instant) -> [MessageStem] {
        wake(now: now)
        var taken: [MessageStem] = []
        while taken.count < limit, let stem = takeFirst(of: 0) { taken.append(stem) }
        return taken + takeUnread(limit: limit - taken.count)
    }

    /// Ends the listing that shows these messages.
    mutating func reconcile(with listing: [MessageStem]) {
        for stem in listing { listed(stem) }
        listingEnded()
    }
}
