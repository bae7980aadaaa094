// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import NIOCore
internal import NIOSSL
internal import SMTPProtocol

/// The name that the relay's certificate must have.
enum TLSPeerName: Hashable, Sendable, CustomStringConvertible {
    /// A domain name, which is also asked for in the handshake (RFC 6066 §3).
    case domain(String)
    /// The IP address that is connected to. It is no server name: only the certificate is compared with it.
    case address(String)

    /// The name after the settings.
    ///
    /// - Throws: a local ``RelayFault`` when no certificate could be compared with it.
    init(_ settings: ConnectionSettings) throws(RelayFault) {
        let name = settings.tls.serverName ?? settings.relay.host
        if Self.isAddress(name) {
            guard name == settings.relay.host else {
                throw .local("the TLS server name must be a domain name, \(name) is none", in: .tlsHandshake)
            }
            self = .address(name)
            return
        }
        // The final dot of an absolute name is no part of it in TLS.
        let domain = name.hasSuffix(".") ? String(name.dropLast()) : name
        guard (1...253).contains(domain.utf8.count), domain.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            let shown = PrintableText(name, limitBytes: 255)
            throw .local("\"\(shown)\" is no domain name that a certificate could have", in: .tlsHandshake)
        }
        self = .domain(domain)
    }

    /// Whether a certificate that the TLS library has accepted is for this name.
    ///
    /// The library takes a certificate for the address that is connected to as well as one for the domain name, and a
    /// common name where there are no others. Whoever can forge the answers of name servers chooses the address: where a
    /// domain name is expected only a domain name counts (RFC 9525 §6.3).
    func isName(of certificate: NIOSSLCertificate) -> Bool {
        switch self {
        case .address:
            // Without a domain name the library compares addresses alone.
            true
        case .domain(let domain):
            certificate._subjectAlternativeNames().contains { name in
                name.nameType == .dnsName && PresentedName(Array(name.contents)).matches(domain)
            }
        }
    }

    /// What is asked for in the handshake.
    var serverName: String? {
        switch self {
        case .domain(let name): name
        case .address: nil
        }
    }

    var description: String {
        switch self {
        case .domain(let name), .address(let name): name
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        (try? SocketAddress(ipAddress: text, port: 0)) != nil
    }
}
