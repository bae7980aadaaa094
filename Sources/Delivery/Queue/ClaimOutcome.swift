// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Spool

/// What became of a ``ClaimRequest``.
enum ClaimOutcome: Sendable {
    /// It is `.sending`, and the first of its groups is for this relay; nil when no group is for any.
    case claimed(PreparedMessage, relay: Int?)
    /// It stays where it is, in the line of this route; a mixed one has recipients that go another way.
    case inLine(route: Int, MessageClass, isMixed: Bool)
    /// It was not claimed.
    case refused(ClaimError)
}
