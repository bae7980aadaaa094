// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import NIOSSL

/// How a ``ScriptedRelay`` does TLS.
package struct RelayTLS: Sendable {
    package var identity: TestCertificates.Identity
    /// The authority whose client certificates are demanded; nil demands none.
    package var clientAuthority: TestCertificates.Identity?
    /// The newest version it speaks.
    package var newestVersion: TLSVersion?

    package init(
        _ identity: TestCertificates.Identity,
        clientAuthority: TestCertificates.Identity? = nil,
        newestVersion: TLSVersion? = nil
    ) {
        self.identity = identity
        self.clientAuthority = clientAuthority
        self.newestVersion = newestVersion
    }

    func makeContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(identity.certificate).map {
                .certificate($0)
            },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem))
        )
        configuration.maximumTLSVersion = newestVersion
        if let clientAuthority {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .file(clientAuthority.certificate)
        }
        return try NIOSSLContext(configuration: configuration)
    }
}
