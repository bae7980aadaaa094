// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient

/// Decodes the keys of a `[[Relay]]` section that say which proxy leads to the relay.
struct ProxyDecoder {
    private static let details = [
        "FirewallHost", "FirewallPort", "FirewallUser", "FirewallPasswordCredential", "FirewallPasswordFile",
        "FirewallData",
    ]

    let section: SectionReader
    let host: HostFacts

    /// The proxy, if there is one: the one that is set, else the one that the environment names for the relay's host,
    /// where that is asked.
    ///
    /// With `resolvesNames` the relay's name is for the proxy to resolve.
    func settings(server: String, resolvesNames: Bool) throws(ConfigurationError) -> ProxySettings? {
        var proxy = try stated()
        if proxy == nil { proxy = try environment(server) }
        guard var proxy else {
            guard !resolvesNames else {
                throw section.error(
                    "MailServer",
                    "MailServer begins with *, which leaves the name to the proxy, and there is none: set FirewallType"
                )
            }
            return nil
        }
        if resolvesNames { proxy.resolvesNames = true }
        return proxy
    }

    private func stated() throws(ConfigurationError) -> ProxySettings? {
        guard let kind = try section.spelling("FirewallType").flatMap(ProxySettings.Kind.init(rawValue:))
        else {
            for key in Self.details where section.has(key) {
                throw section.error(key, "\(key) without FirewallType: which kind of proxy is it?")
            }
            return nil
        }
        guard let server = try section.string("FirewallHost") else {
            throw section.error(
                "FirewallType",
                "FirewallType needs FirewallHost beside it: where is the proxy?"
            )
        }
        guard NameRules.isHostName(server) || NameRules.isAddress(server) else {
            throw section.error(
                "FirewallHost",
                "FirewallHost: expected a host name or an IP address, without a port (FirewallPort) or a scheme"
            )
        }
        let port = try section.integer("FirewallPort") ?? kind.standardPort
        return ProxySettings(
            kind: kind,
            address: RelayAddress(host: server, port: port),
            user: try section.string("FirewallUser"),
            password: try password(),
            headers: try headers(kind)
        )
    }

    private func environment(_ server: String) throws(ConfigurationError) -> ProxySettings? {
        guard try section.boolean("FirewallAutoDetect") == true, !section.has("FirewallType") else {
            return nil
        }
        do throws(ProxyRulesError) {
            return try ProxyRules(environment: host.environment()).proxy(for: server)
        } catch {
            throw section.error(
                "FirewallAutoDetect",
                "FirewallAutoDetect: ALL_PROXY cannot be used: \(error.summary)"
            )
        }
    }

    private func password() throws(ConfigurationError) -> Secret {
        let keys = (credential: "FirewallPasswordCredential", file: "FirewallPasswordFile")
        guard let stated = try section.secretSource(credential: keys.credential, file: keys.file) else {
            return Secret("")
        }
        guard section.has("FirewallUser") else {
            throw section.error(stated.key, "\(stated.key) without FirewallUser: whose password is it?")
        }
        do throws(SecretError) {
            return try host.secret(stated.source)
        } catch {
            throw section.error(stated.key, "\(stated.key): \(error.summary)")
        }
    }

    private func headers(_ kind: ProxySettings.Kind) throws(ConfigurationError) -> ProxyHeaders {
        guard let text = try section.string("FirewallData") else { return .none }
        guard kind == .tunnel else {
            throw section.error("FirewallData", "FirewallData is for FirewallType = \"tunnel\"")
        }
        guard let headers = ProxyHeaders(parsing: text) else {
            throw section.error(
                "FirewallData",
                #"FirewallData: expected header lines such as 'X-Team: mail\r\nX-Zone: 7', none of them Host"#
            )
        }
        return headers
    }
}
