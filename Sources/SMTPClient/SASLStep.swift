// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What a mechanism makes of a challenge.
enum SASLStep: Hashable, Sendable {
    /// Send this; the mechanism waits for more. Nil: the server speaks first.
    case response([UInt8]?)
    /// Send this; the mechanism has seen all it needs of the server.
    case finished([UInt8])
    /// Send this, for the server refuses the login and told why.
    case refused([UInt8], reason: String)
    /// The mechanism cannot go on, for the reason given.
    case failed(String)
}
