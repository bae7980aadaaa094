// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient
internal import SMTPProtocol

extension MemberStore {
    /// Stands for "no limit" where a time is needed: a century.
    private static let unlimited = Duration.seconds(NumberLimit.seconds)

    /// What the client is told of the connection to be opened.
    ///
    /// - Parameter environment: the variables that name the system's proxy.
    /// - Returns: everything that the properties say of it.
    /// - Throws: 118 when the proxy cannot be understood, 192 for a pinned key that is none.
    func connection(
        environment: [String: String] = ProxyEnvironment.current
    ) throws(SMTPError) -> ConnectionSettings {
        var connection = ConnectionSettings(
            relay: RelayAddress(host: server.name, port: number(.mailPort)),
            security: security,
            tls: try tls,
            login: login,
            allowsClearTextLogin: true,
            usesExtensions: flag(.allowExtensions),
            usesChunking: false,
            hello: text(Setting.hello),
            connectTimeout: connectTimeout,
            timeouts: timeouts,
            localHost: localHost
        )
        connection.socket = socket
        connection.proxy = try proxy(environment)
        connection.maxTransferRate = number(.maxTransferRate) > 0 ? Int64(number(.maxTransferRate)) : nil
        connection.replyLimits.lineByteCount = number(.maxLineLength)
        return connection
    }

    /// The name in MailServer, and whether a `*` before it leaves it to the proxy to find its address.
    private var server: (name: String, isForProxy: Bool) {
        let text = text(.mailServer)
        return text.hasPrefix("*") ? (String(text.dropFirst()), true) : (text, false)
    }

    private var socket: SocketSettings {
        var socket = SocketSettings()
        socket.addressFamilies =
            switch number(.useIPv6) {
            case 0: .ipv4
            case 1: .ipv6
            default: .ipv6Preferred
            }
        socket.localPort = number(.localPort)
        socket.receiveBufferByteCount = positive(.inBufferSize)
        socket.sendBufferByteCount = positive(.outBufferSize)
        socket.sendsAtOnce = flag(.tcpNoDelay)
        socket.keepsAlive = flag(.tcpKeepAlive)
        socket.keepAliveTime = positive(.keepAliveTime).map { .milliseconds($0) }
        socket.keepAliveInterval = positive(.keepAliveInterval).map { .milliseconds($0) }
        socket.lingers = flag(.linger)
        socket.lingerTime = positive(.lingerTime).map { .seconds($0) }
        return socket
    }

    private func positive(_ setting: Setting) -> Int? {
        number(setting) > 0 ? number(setting) : nil
    }

    private func proxy(_ environment: [String: String]) throws(SMTPError) -> ProxySettings? {
        if flag(Property.firewallAutoDetect) {
            do throws(ProxyRulesError) {
                if let proxy = try ProxyRules(environment: environment).proxy(for: server.name) {
                    return proxy
                }
            } catch {
                throw SMTPError(.firewall, error.summary)
            }
        }
        let kinds: [SMTP.FirewallType: ProxySettings.Kind] = [
            .tunnel: .tunnel, .socks4: .socks4, .socks5: .socks5,
        ]
        let host = text(Property.firewallHost)
        guard !host.isEmpty,
            let kind = SMTP.FirewallType(rawValue: number(Property.firewallType)).flatMap({ kinds[$0] })
        else { return nil }
        let user = text(Property.firewallUser)
        let data = text(Setting.firewallData)
        guard let headers = data.isEmpty ? ProxyHeaders.none : ProxyHeaders(parsing: data) else {
            throw SMTPError(.firewall, "FirewallData: a line is no header field")
        }
        return ProxySettings(
            kind: kind,
            address: RelayAddress(host: host, port: number(Property.firewallPort)),
            user: user.isEmpty ? nil : user,
            password: Secret(text(Property.firewallPassword)),
            headers: headers,
            resolvesNames: server.isForProxy
        )
    }

    /// The time for a whole method; nil when only standing still is limited.
    var methodTimeout: Duration? {
        flag(.absoluteTimeout) && number(.timeout) > 0 ? .seconds(number(.timeout)) : nil
    }

    private var connectTimeout: Duration {
        let seconds = number(.connectionTimeout)
        return seconds > 0 ? .seconds(seconds) : timeout
    }

    private var timeout: Duration {
        let seconds = number(.timeout)
        return seconds > 0 ? .seconds(seconds) : Self.unlimited
    }

    private var timeouts: PhaseTimeouts {
        var timeouts = PhaseTimeouts.rfc5321
        for phase in SessionPhase.allCases { timeouts[phase] = timeout }
        // A goodbye is not worth more.
        timeouts[.quit] = min(timeout, PhaseTimeouts.rfc5321[.quit])
        return timeouts
    }

    /// Who logs in: nobody without a user, without a password only where none is used.
    private var login: Login? {
        let user = text(.user)
        guard flag(.allowExtensions), !user.isEmpty,
            let mechanism = AuthMechanism(number: number(.authMechanism))
        else { return nil }
        let identity = text(.authorizationIdentity)
        if mechanism == .xoauth2 {
            return Login(user: user, token: .stated(Secret(Self.token(in: identity))), mechanism: mechanism)
        }
        let password = text(.password)
        guard !password.isEmpty || mechanism == .kerberos else { return nil }
        return Login(
            user: user,
            password: password.isEmpty ? nil : Secret(password),
            authorizationIdentity: identity.isEmpty ? nil : identity,
            mechanism: mechanism
        )
    }

    /// The token of `Bearer TOKEN`, or of the token alone.
    private static func token(in identity: String) -> String {
        let words = identity.split(separator: " ")
        return words.first?.lowercased() == "bearer" ? words.dropFirst().joined(separator: " ") : identity
    }
}
