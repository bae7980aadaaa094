// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import NIOSSL
internal import SMTPProtocol

/// All that is needed to do TLS with one relay.
struct TLSClient: Sendable {
    /// Is shown the certificates of the relay, its own first.
    typealias Observer = @Sendable ([CertificateFacts]) -> Void

    let context: NIOSSLContext
    let name: TLSPeerName
    let settings: ConnectionSettings
    /// Who only wants to see the certificates; nil to do TLS.
    let observer: Observer?

    /// A handler for one connection.
    func makeHandler() throws -> NIOSSLClientHandler {
        guard let observer else {
            return try NIOSSLClientHandler(context: context, serverHostname: name.serverName)
        }
        // This takes the place of the verification: nothing may be sent over such a connection.
        let refuse: NIOSSLCustomVerificationCallback = { chain, verdict in
            observer(chain.map(CertificateFacts.init))
            verdict.succeed(.failed)
        }
        return try NIOSSLClientHandler(
            context: context,
            serverHostname: name.serverName,
            customVerificationCallback: refuse
        )
    }

    /// What is wrong with a handshake that the TLS library holds to be done; nil when it is.
    func objection(to certificate: NIOSSLCertificate?) -> RelayFault? {
        let tls = settings.tls
        if tls.proof == .certificate, certificate.map(name.isName(of:)) != true {
            return fault(NIOSSLExtraError.failedToValidateHostname, certificate: certificate)
        }
        guard tls.proof == .key || !tls.pinnedKeys.isEmpty else { return nil }
        guard let key = certificate.flatMap(PinnedKey.init) else { return fault("the relay shows no key") }
        return tls.pinnedKeys.contains(key) ? nil : fault("the key of the relay is not pinned: it has \(key)")
    }

    /// An error of TLS as a fault that names the relay.
    func fault(_ error: any Error, certificate: NIOSSLCertificate?) -> RelayFault {
        fault(TLSReason.text(of: error, certificate: certificate, expected: name))
    }

    private func fault(_ reason: String) -> RelayFault {
        RelayFault(
            kind: .tlsVerification,
            phase: .tlsHandshake,
            code: nil,
            text: "TLS with \(settings.relay) failed: \(reason)"
        )
    }

    /// The fault of a handshake that takes too long.
    var timeoutFault: RelayFault {
        RelayFault(
            kind: .timeout,
            phase: .tlsHandshake,
            code: nil,
            text: "TLS with \(settings.relay) failed: the handshake did not end in time"
        )
    }
}
