// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What a session must know from outside.
package struct SessionSettings: Hashable, Sendable {
    /// The name of this host in EHLO: a domain name or an address literal.
    package var hello: String
    /// Whether and when the connection is encrypted.
    package var security: TransportSecurity
    /// The SASL mechanisms this side can use, best first; empty means no login.
    ///
    /// A login that is wanted is demanded.
    package var loginMechanisms: [String]
    /// Whether a mechanism that shows the password to everyone on the way may be used without TLS.
    package var allowsClearTextLogin: Bool
    /// Whether EHLO is tried; if not, HELO comes first, and nothing is used that the server could offer.
    package var usesExtensions: Bool
    /// Whether contents go by BDAT where the server offers it.
    ///
    /// Some servers offer CHUNKING and are broken in it.
    package var usesChunking: Bool
    /// Whether a transaction may begin before the one before it has its answer, where the server offers PIPELINING.
    package var overlapsTransactions: Bool
    /// How long each phase may take.
    package var timeouts: PhaseTimeouts
    /// How much of a reply is read.
    package var replyLimits: ReplyLimits

    /// Settings.
    package init(
        hello: String,
        security: TransportSecurity,
        loginMechanisms: [String] = [],
        allowsClearTextLogin: Bool = false,
        usesExtensions: Bool = true,
        usesChunking: Bool = true,
        overlapsTransactions: Bool = true,
        timeouts: PhaseTimeouts = .rfc5321,
        replyLimits: ReplyLimits = .standard
    ) {
        self.hello = hello
        self.security = security
        self.loginMechanisms = loginMechanisms
        self.allowsClearTextLogin = allowsClearTextLogin
        self.usesExtensions = usesExtensions
        self.usesChunking = usesChunking
        self.overlapsTransactions = overlapsTransactions
        self.timeouts = timeouts
        self.replyLimits = replyLimits
    }
}
