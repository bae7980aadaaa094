// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import Delivery
internal import SMTPClient

/// The decoded configuration of the daemon.
package struct DaemonSettings: Sendable {
    /// What the delivery is told.
    package var delivery: DeliverySettings
    /// The least important log level, a swift-log name.
    package var logLevel: String

    /// What is delivered where, in one line.
    package var summary: String {
        "queue \(delivery.queueDirectory), relay \(delivery.relay.name) at \(delivery.relay.connection.relay)"
    }
}
