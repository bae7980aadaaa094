// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import SMTPClient

/// One relay: how to reach it and how much of it to use.
package struct RelaySettings: Sendable {
    /// The name that the configuration, the journal and the log use.
    package var name: String
    /// Address, TLS, login and time-outs of each connection.
    package var connection: ConnectionSettings
    /// Most connections open at one time.
    package var connections: Int
    /// Messages sent over one connection before it is closed with QUIT; 0 means no limit.
    package var messagesPerConnection: Int
    /// How long a connection may stand idle before it is closed with QUIT.
    package var idleTimeout: Duration

    /// A relay with the documented defaults: ten connections, no limit of messages on one, closed after 30 s idle.
    package init(
        name: String,
        connection: ConnectionSettings,
        connections: Int = 10,
        messagesPerConnection: Int = 0,
        idleTimeout: Duration = .seconds(30)
    ) {
        self.name = name
        self.connection = connection
        self.connections = connections
        self.messagesPerConnection = messagesPerConnection
        self.idleTimeout = idleTimeout
    }
}
