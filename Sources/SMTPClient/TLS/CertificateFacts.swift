// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage
internal import NIOSSL

/// What a certificate says of itself, for people: nothing of it is trusted.
package struct CertificateFacts: Hashable, Sendable {
    /// Whom it is for, by its common name or organisation: printable.
    package let subject: String?
    /// Who issued it, likewise.
    package let issuer: String?
    /// The domain names and addresses that it is for, the first few: printable.
    package let names: [String]
    /// When it begins to be valid.
    package let notBefore: Timestamp
    /// When it ends to be valid.
    package let notAfter: Timestamp

    /// Facts.
    package init(
        subject: String?,
        issuer: String?,
        names: [String],
        notBefore: Timestamp,
        notAfter: Timestamp
    ) {
        self.subject = subject
        self.issuer = issuer
        self.names = names
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    init(_ certificate: NIOSSLCertificate) {
        let names = CertificateNames(certificate)
        self.init(
            subject: names.subject,
            issuer: names.issuer,
            names: names.subjectNames,
            notBefore: Timestamp(secondsSinceEpoch: Int64(certificate.notValidBefore)),
            notAfter: Timestamp(secondsSinceEpoch: Int64(certificate.notValidAfter))
        )
    }
}
