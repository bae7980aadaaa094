// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// Which proxy the environment names, as programs on Unix agree about it.
///
/// | variable | meaning |
/// |---|---|
/// | `all_proxy`, `ALL_PROXY` | `socks5://user:password@proxy.example:1080`; the first one that is set counts |
/// | `no_proxy`, `NO_PROXY` | `example.com,.example.net,192.0.2.7`: hosts and domains without a proxy; `*` is all |
///
/// The schemes are `http`, `socks4`, `socks4a`, `socks5` and `socks5h`; in the last one the proxy resolves names. Without a
/// scheme it is `http`.
package struct ProxyRules: Sendable {
    private let environment: [String: String]

    /// Rules after some variables.
    package init(environment: [String: String]) {
        self.environment = environment
    }

    /// The proxy for a host; nil means none.
    ///
    /// - Throws: ``ProxyRulesError`` where the variable cannot be understood: a proxy that is wanted is not passed by.
    package func proxy(for host: String) throws(ProxyRulesError) -> ProxySettings? {
        guard let address = value("all_proxy"), !isExempt(host) else { return nil }
        return try Self.proxy(address)
    }

    private func value(_ name: String) -> String? {
        [name, name.uppercased()].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    private func isExempt(_ host: String) -> Bool {
        let host = Self.normalized(host)
        let entries = (value("no_proxy") ?? "").split { $0 == "," || $0.isWhitespace }
        return entries.contains { entry in
            if entry == "*" { return true }
            let domain = Self.normalized(entry.drop { $0 == "." })
            return !domain.isEmpty && (host == domain || host.hasSuffix("." + domain))
        }
    }

    private static func normalized(_ host: some StringProtocol) -> String {
        let host = host.hasSuffix(".") ? String(host.dropLast()) : String(host)
        return host.lowercased()
    }

    private static func proxy(_ text: String) throws(ProxyRulesError) -> ProxySettings {
        let (scheme, rest) = split(text, at: "://") ?? ("http", text)
        guard let (kind, resolvesNames) = kinds[scheme.lowercased()] else {
            throw ProxyRulesError(
                "the scheme \(PrintableText(scheme, limitBytes: 40)) is none of a proxy known here"
            )
        }
        let authority = String(rest.prefix { $0 != "/" })
        let at = authority.lastIndex(of: "@")
        let place = at.map { String(authority[authority.index(after: $0)...]) } ?? authority
        var proxy = ProxySettings(
            kind: kind,
            address: try address(place, standardPort: kind.standardPort),
            resolvesNames: resolvesNames
        )
        if let at {
            let login = String(authority[..<at])
            let (user, password) = split(login, at: ":") ?? (login, "")
            proxy.user = try decoded(user)
            proxy.password = Secret(try decoded(password))
        }
        return proxy
    }

    private static let kinds: [String: (ProxySettings.Kind, resolvesNames: Bool)] = [
        "http": (.tunnel, false), "socks4": (.socks4, false), "socks4a": (.socks4a, false),
        "socks5": (.socks5, false), "socks5h": (.socks5, true),
    ]

    private static func address(_ text: String, standardPort: Int) throws(ProxyRulesError) -> RelayAddress {
        var host = text
        var port: String?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw .address }
            host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw .address }
            port = rest.isEmpty ? nil : String(rest.dropFirst())
        } else if let parts = split(text, at: ":") {
            (host, port) = (parts.0, parts.1)
        }
        guard let number = port.map({ Int($0) }) ?? standardPort, (1...65535).contains(number), !host.isEmpty,
            host.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .address }
        return RelayAddress(host: host, port: number)
    }

    private static func split(_ text: String, at separator: String) -> (String, String)? {
        guard let range = text.firstRange(of: separator) else { return nil }
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
    }

    /// Undoes percent encoding (RFC 3986 §2.1); what is no text or has controls in it is no login.
    private static func decoded(_ text: String) throws(ProxyRulesError) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                throw .login
            }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self),
            decoded.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw .login }
        return decoded
    }
}
