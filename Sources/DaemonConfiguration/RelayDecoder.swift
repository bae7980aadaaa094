// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import MailMessage
internal import SMTPClient
internal import SMTPProtocol

/// Decodes a `[[Relay]]` section.
struct RelayDecoder {
    let section: SectionReader
    let host: HostFacts

    /// The relay's name, by which sections are told apart.
    func name() throws(ConfigurationError) -> String {
        let name = try section.string("Name") ?? "default"
        guard NameRules.isRelayName(name) else {
            throw section.error(
                "Name",
                "Name: expected up to 64 letters, digits, points, hyphens and underscores"
            )
        }
        return name
    }

    /// The relay.
    func settings() throws(ConfigurationError) -> RelaySettings {
        let name = try name()
        let (server, isForProxy) = try server()
        let (port, security) = try portAndSecurity()
        let login = try LoginDecoder(section: section, host: host).login(security)
        let usesExtensions = try section.boolean("AllowExtensions") ?? true
        guard usesExtensions || security != .startTLS && login == nil else {
            throw section.error(
                "AllowExtensions",
                "AllowExtensions = false: STARTTLS and a login are extensions; set TLS to \"none\" or \"implicit\", and no User"
            )
        }
        var connection = ConnectionSettings(
            relay: RelayAddress(host: server, port: port),
            security: security,
            tls: try TLSDecoder(section: section, host: host).settings(),
            login: login,
            allowsClearTextLogin: try section.boolean("AllowClearTextLogin") ?? false,
            usesExtensions: usesExtensions,
            hello: try hello(),
            connectTimeout: try section.duration("ConnectionTimeout") ?? .seconds(30),
            timeouts: try timeouts(),
            localHost: try localHost()
        )
        connection.socket = try SocketDecoder(section: section).settings()
        connection.proxy = try ProxyDecoder(section: section, host: host)
            .settings(server: server, resolvesNames: isForProxy)
        connection.maxTransferRate = try section.byteCount("MaxTransferRate")
        connection.replyLimits.lineByteCount =
            try section.integer("MaxLineLength") ?? ReplyLimits.standard.lineByteCount
        return RelaySettings(
            name: name,
            connection: connection,
            weight: try section.integer("Weight") ?? 1,
            connections: try section.integer("Connections") ?? 10,
            messagesPerConnection: try section.integer("MessagesPerConnection") ?? 0,
            recipientsPerTransaction: try section.integer("RecipientsPerTransaction") ?? 0,
            rates: try rates(),
            idleTimeout: try section.duration("IdleTimeout") ?? .seconds(30)
        )
    }

    private func rates() throws(ConfigurationError) -> [RateLimit] {
        let perSecond = try section.integer("MessagesPerSecond").map { RateLimit($0, per: .seconds(1)) }
        let perHour = try section.integer("MessagesPerHour").map { RateLimit($0, per: .seconds(3600)) }
        return [perSecond, perHour].compactMap { $0 }
    }

    // MARK: The way to the relay

    /// The relay's host, and whether it is for a proxy to resolve: a name with a `*` before it.
    private func server() throws(ConfigurationError) -> (host: String, isForProxy: Bool) {
        guard let stated = try section.string("MailServer") else {
            throw section.error("MailServer", "MailServer is missing: which host takes the mail?")
        }
        let isForProxy = stated.hasPrefix("*")
        let server = isForProxy ? String(stated.dropFirst()) : stated
        guard NameRules.isHostName(server) || NameRules.isAddress(server) else {
            throw section.error(
                "MailServer",
                "MailServer: expected a host name or an IP address, without a port (MailPort), brackets or a scheme"
            )
        }
        return (server, isForProxy)
    }

    private func localHost() throws(ConfigurationError) -> String? {
        guard let name = try section.string("LocalHost") else { return nil }
        guard NameRules.isAddress(name) || NameRules.isHostName(name) else {
            throw section.error(
                "LocalHost",
                "LocalHost: expected an IP address, a name or a network interface of this host"
            )
        }
        return name
    }

    private func timeouts() throws(ConfigurationError) -> PhaseTimeouts {
        var timeouts = PhaseTimeouts.rfc5321
        let isAbsolute = try section.boolean("AbsoluteTimeout") ?? false
        guard let timeout = try section.duration("Timeout") else {
            guard !isAbsolute else {
                throw section.error("AbsoluteTimeout", "AbsoluteTimeout needs Timeout beside it")
            }
            return timeouts
        }
        // Not for QUIT: nobody waits five minutes for a good-bye. Connecting has a key of its own.
        for phase in SessionPhase.allCases where phase != .quit && phase != .connect {
            timeouts[phase] = timeout
        }
        timeouts.operation = isAbsolute ? timeout : nil
        return timeouts
    }

    private func portAndSecurity() throws(ConfigurationError) -> (Int, TransportSecurity) {
        let stated = try section.string("TLS")
        let port = try section.integer("MailPort") ?? (stated == "implicit" ? 465 : 587)
        let security: TransportSecurity =
            switch stated {
            case "none": .none
            case "starttls": .startTLS
            case "implicit": .implicitTLS
            default: port == 465 ? .implicitTLS : .startTLS
            }
        return (port, security)
    }

    private func hello() throws(ConfigurationError) -> String {
        guard let name = try section.string("Hello") else { return host.name() }
        guard NameRules.isGreetingName(name) else {
            throw section.error(
                "Hello",
                "Hello: expected a host name, or an address literal such as [192.0.2.1] or [IPv6:2001:db8::1]"
            )
        }
        return name
    }
}
