// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore
internal import NIOSSL
internal import SMTPProtocol

/// Makes the TLS context for some settings.
///
/// Verification is full: chain, validity and name; but where the relay's key is the proof, which ``TLSClient`` looks at.
struct TLSContextFactory {
    /// How long closing waits for the relay's own goodbye in TLS, which many never send.
    private static let shutdownTimeout = TimeAmount.seconds(1)

    let settings: TLSSettings

    /// The context.
    ///
    /// Blocks while files are read.
    ///
    /// - Throws: a local ``RelayFault`` that names the file at fault. An empty file of authorities is one.
    func makeContext() throws(RelayFault) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = settings.proof == .key ? .none : .fullVerification
        configuration.minimumTLSVersion =
            switch settings.minimumVersion {
            case .tls12: .tlsv12
            case .tls13: .tlsv13
            }
        configuration.shutdownTimeout = Self.shutdownTimeout
        if let path = settings.trustedCertificatesFile {
            let file = PEMFile(contents: "certification authorities", path: path)
            configuration.trustRoots = .certificates(try file.certificates())
        }
        if let path = settings.certificateFile {
            let file = PEMFile(contents: "client certificate", path: path)
            configuration.certificateChain = try file.certificates().map { .certificate($0) }
        }
        if let path = settings.privateKeyFile {
            configuration.privateKey = .privateKey(
                try PEMFile(contents: "client key", path: path).privateKey()
            )
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            let reason = TLSReason.text(of: error)
            throw .local(
                "TLS cannot be set up with the certificates configured: \(reason)",
                in: .tlsHandshake
            )
        }
    }
}
