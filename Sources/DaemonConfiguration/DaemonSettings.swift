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
    /// Where the metrics are shown.
    package var metrics = MetricsSettings()
    /// The file of aliases.
    package var aliasFile = AliasFile.standardPath

    /// What is delivered where, in one line.
    package var summary: String {
        let relays = delivery.relays.map { "relay \($0.name) at \($0.connection.relay)" }
        return (["queue \(delivery.queueDirectory)"] + relays).joined(separator: ", ")
    }
}
