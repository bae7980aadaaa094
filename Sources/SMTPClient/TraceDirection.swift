// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Which way a line of a traced session went.
package enum TraceDirection: String, Hashable, Sendable, CaseIterable {
    /// From this host to the relay.
    case sent
    /// From the relay to this host.
    case received
}
