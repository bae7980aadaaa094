// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How TLS is done, with a relay that always has to show who it is.
package struct TLSSettings: Hashable, Sendable {
    /// What shows that the relay is who it should be.
    package enum Proof: Hashable, Sendable {
        /// Its certificate: chain, validity and name; and its key, where keys are pinned.
        case certificate
        /// Its key alone, which must be pinned: for relays that have signed their certificate themselves.
        case key
    }

    /// Protocol versions.
    package enum Version: String, CaseIterable, Sendable {
        /// TLS 1.2 (RFC 5246).
        case tls12 = "1.2"
        /// TLS 1.3 (RFC 8446).
        case tls13 = "1.3"
    }

    /// A PEM file of the certification authorities to trust; nil trusts those of the system.
    package var trustedCertificatesFile: String?
    /// A PEM file with the client's certificate and its chain.
    package var certificateFile: String?
    /// A PEM file with the client's private key.
    package var privateKeyFile: String?
    /// The name that the relay's certificate must have; nil means the relay's host.
    package var serverName: String?
    /// The oldest version to accept.
    package var minimumVersion: Version
    /// What shows that the relay is who it should be.
    package var proof = Proof.certificate
    /// The keys that the relay may have; empty allows all.
    package var pinnedKeys: [PinnedKey] = []

    /// Settings.
    package init(
        trustedCertificatesFile: String? = nil,
        certificateFile: String? = nil,
        privateKeyFile: String? = nil,
        serverName: String? = nil,
        minimumVersion: Version = .tls12
    ) {
        self.trustedCertificatesFile = trustedCertificatesFile
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
        self.serverName = serverName
        self.minimumVersion = minimumVersion
    }
}
