// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The client's side of one mechanism in one login.
protocol SASLExchange: Sendable {
    /// Takes a challenge of the server; nil to begin with, where the client speaks first.
    ///
    /// May block.
    func step(_ challenge: [UInt8]?) -> SASLStep
}
