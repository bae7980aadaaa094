// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What the delivery tells the outside while it runs: systemd, in the daemon; nobody, in a test.
///
/// All calls come from the delivery loop, so that a stuck loop is a silent one.
package protocol DeliveryObserver: Sendable {
    /// The queue directory is locked, recovered, watched and listed: mail flows from now on.
    func deliveryStarted()
    /// The loop is alive. Called about once a second.
    func heartbeat()
    /// The one-line state changed, such as `delivering: 3 active, 120 queued, relay primary ok`.
    func statusChanged(_ text: String)
    /// A stop is under way and makes progress: it may take this much longer.
    func stopContinues(for time: Duration)
}
