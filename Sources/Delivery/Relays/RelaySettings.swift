// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import SMTPClient

/// One relay: how to reach it and how much of it to use.
package struct RelaySettings: Sendable {
    /// The name that the configuration, the journal and the log use.
    package var name: String
    /// Address, TLS, login and time-outs of each connection.
    package var connection: ConnectionSettings
    /// Its share of the mail among the relays of the same rank, at least 1.
    package var weight: Int
    /// Most connections open at one time.
    package var connections: Int
    /// Messages sent over one connection before it is closed with QUIT; 0 means no limit.
    package var messagesPerConnection: Int
    /// Recipients of one transaction; 0 means no limit but the relay's own.
    package var recipientsPerTransaction: Int
    /// Messages in a span of time; all of them hold.
    package var rates: [RateLimit]
    /// How long a connection may stand idle before it is closed with QUIT.
    package var idleTimeout: Duration

    /// A relay with the documented defaults: ten connections, no limit of messages, closed after 30 s idle.
    package init(
        name: String,
        connection: ConnectionSettings,
        weight: Int = 1,
        connections: Int = 10,
        messagesPerConnection: Int = 0,
        recipientsPerTransaction: Int = 0,
        rates: [RateLimit] = [],
        idleTimeout: Duration = .seconds(30)
    ) {
        self.name = name
        self.connection = connection
        self.weight = max(1, weight)
        self.connections = connections
        self.messagesPerConnection = messagesPerConnection
        self.recipientsPerTransaction = recipientsPerTransaction
        self.rates = rates
        self.idleTimeout = idleTimeout
    }
}
