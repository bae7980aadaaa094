// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import SMTPProtocol

/// Everything needed to open a session with a relay.
package struct ConnectionSettings: Hashable, Sendable {
    /// Where the relay listens.
    package var relay: RelayAddress
    /// Whether and how the connection is protected.
    package var security: TransportSecurity
    /// How TLS is done.
    package var tls: TLSSettings
    /// Who logs in; nil means no login.
    package var login: Login?
    /// Whether a password may be sent without TLS.
    package var allowsClearTextLogin: Bool
    /// Whether EHLO is tried; if not, HELO comes first, and nothing is used that the relay could offer.
    package var usesExtensions: Bool
    /// Whether contents go by BDAT where the relay offers it.
    package var usesChunking: Bool
    /// This host's name in EHLO.
    package var hello: String
    /// Time for finding the relay's addresses and connecting to one of them, through the proxy if there is one.
    package var connectTimeout: Duration
    /// Time for each phase of the session.
    package var timeouts: PhaseTimeouts
    /// What to connect from: an IP address of this host, a name of it, or a network interface; nil leaves the choice to
    /// the system.
    package var localHost: String?
    /// How sockets are set up.
    package var socket = SocketSettings()
    /// The proxy to connect through; nil means none.
    package var proxy: ProxySettings?
    /// The most bytes of contents per second, over all connections; nil is no limit.
    package var maxTransferRate: Int64?
    /// How much of a reply is read.
    package var replyLimits = ReplyLimits.standard

    /// Settings.
    package init(
        relay: RelayAddress,
        security: TransportSecurity,
        tls: TLSSettings = TLSSettings(),
        login: Login? = nil,
        allowsClearTextLogin: Bool = false,
        usesExtensions: Bool = true,
        usesChunking: Bool = true,
        hello: String,
        connectTimeout: Duration = .seconds(30),
        timeouts: PhaseTimeouts = .rfc5321,
        localHost: String? = nil
    ) {
        self.relay = relay
        self.security = security
        self.tls = tls
        self.login = login
        self.allowsClearTextLogin = allowsClearTextLogin
        self.usesExtensions = usesExtensions
        self.usesChunking = usesChunking
        self.hello = hello
        self.connectTimeout = connectTimeout
        self.timeouts = timeouts
        self.localHost = localHost
    }

    /// What the session machine is told of them.
    var session: SessionSettings {
        SessionSettings(
            hello: hello,
            security: security,
            loginMechanisms: login?.mechanismNames(hasClientCertificate: hasClientCertificate) ?? [],
            allowsClearTextLogin: allowsClearTextLogin,
            usesExtensions: usesExtensions,
            usesChunking: usesChunking,
            timeouts: timeouts,
            replyLimits: replyLimits
        )
    }

    private var hasClientCertificate: Bool { security != .none && tls.certificateFile != nil }
}
