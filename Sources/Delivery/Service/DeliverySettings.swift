// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// Everything the delivery of one queue directory is told: where the mail is, where it goes, and how patiently.
package struct DeliverySettings: Sendable {
    /// Path of the queue directory (QueueDir).
    package var queueDirectory: String
    /// Whether a delivered message is kept as `.sent` with its receipt (KeepQueue).
    package var keepQueue: Bool
    /// Largest queue file that is taken, in bytes (MaxMessageSize).
    package var maxMessageBytes: Int64
    /// When a deferred message is tried again, and when it is given up.
    package var retry: RetryPolicy
    /// How senders are told what became of their mail; nil when they are not (Reports).
    package var reports: ReportPolicy?
    /// Most Received fields of a message; one with more is taken for a loop (MaxReceived).
    package var receivedLimit: Int
    /// What becomes of the addresses of this host, asked again and again: aliases may change at any time.
    package var localAddresses: @Sendable () -> LocalAddressRules
    /// The relays that take the mail, at least one.
    package var relays: [RelaySettings]
    /// Which of them take which mail; without any, all take all mail, preferred in their order.
    package var routes: [Route]
    /// How long a stopping service waits for transactions in flight.
    package var stopGrace: Duration
    /// How long there must be no mail at all for the service to end by itself; nil when it never does (ExitWhenIdle).
    package var exitWhenIdle: Duration?

    /// Settings for some relays, with the documented defaults for the rest.
    package init(
        queueDirectory: String,
        keepQueue: Bool = false,
        maxMessageBytes: Int64 = 100 << 20,
        retry: RetryPolicy = .standard,
        reports: ReportPolicy? = nil,
        receivedLimit: Int = 50,
        localAddresses: @escaping @Sendable () -> LocalAddressRules = { LocalAddressRules() },
        relays: [RelaySettings],
        routes: [Route] = [],
        stopGrace: Duration = .seconds(30),
        exitWhenIdle: Duration? = nil
    ) {
        self.queueDirectory = queueDirectory
        self.keepQueue = keepQueue
        self.maxMessageBytes = maxMessageBytes
        self.retry = retry
        self.reports = reports
        self.receivedLimit = receivedLimit
        self.localAddresses = localAddresses
        self.relays = relays
        self.routes = routes
        self.stopGrace = stopGrace
        self.exitWhenIdle = exitWhenIdle
    }

    /// The routes, ready to be asked.
    package var routing: RoutingTable { RoutingTable(routes: routes, relays: relays.map(\.name)) }
}
