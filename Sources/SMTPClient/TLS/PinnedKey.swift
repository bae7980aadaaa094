// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Crypto
internal import MailMessage
internal import NIOSSL

/// The one public key that a relay may have, known by its SHA-256 hash.
///
/// ```
/// sha256//YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg=
/// ```
///
/// - SeeAlso: RFC 7469 §2.4
package struct PinnedKey: Hashable, Sendable, CustomStringConvertible {
    private static let prefix = "sha256//"

    private let hash: [UInt8]

    /// Reads a pin; nil where it is none.
    package init?(parsing text: String) {
        guard text.hasPrefix(Self.prefix), let hash = Base64.decode(text.dropFirst(Self.prefix.count)),
            hash.count == SHA256.byteCount
        else { return nil }
        self.hash = hash
    }

    /// The pin of a certificate; nil where it has no key that can be read.
    init?(_ certificate: NIOSSLCertificate) {
        guard let key = try? certificate.extractPublicKey().toSPKIBytes() else { return nil }
        hash = Array(SHA256.hash(data: key))
    }

    /// As it is written in the configuration.
    package var description: String { Self.prefix + Base64.encode(hash) }
}
