// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import NIOSSL

/// Whom a certificate is for and who issued it, for people: printable, nothing of it is trusted.
///
/// - SeeAlso: RFC 5280 §4.1
struct CertificateNames {
    private static let nameLimit = 4
    private static let sequence: UInt8 = 0x30
    private static let version: UInt8 = 0xA0
    private static let integer: UInt8 = 0x02
    /// 2.5.4.3, 2.5.4.10: the attributes that name an authority to people, best first.
    private static let commonName: [UInt8] = [0x55, 0x04, 0x03]
    private static let organisation: [UInt8] = [0x55, 0x04, 0x0A]

    /// The domain names and addresses the certificate is for, the first few.
    let subjectNames: [String]
    /// The common name or organisation of whom it is for.
    let subject: String?
    /// The name of the issuer.
    let issuer: String?
    /// Whether subject and issuer are the same.
    let isSelfIssued: Bool

    init(_ certificate: NIOSSLCertificate) {
        let names = certificate._subjectAlternativeNames().compactMap(Self.text)
        subjectNames = names.count > Self.nameLimit ? names.prefix(Self.nameLimit) + ["…"] : names
        let bytes = (try? certificate.toDERBytes()) ?? []
        let parties = Self.parties(bytes[...])
        isSelfIssued = parties.map { $0.issuer == $0.subject } ?? false
        subject = parties.flatMap { Self.shortName($0.subject) }
        issuer = parties.flatMap { Self.shortName($0.issuer) }
    }

    private static func text(of name: _SubjectAlternativeName) -> String? {
        let bytes = Array(name.contents)
        switch name.nameType {
        case .dnsName:
            return PrintableText(bytes: bytes, limitBytes: 100).string
        case .ipAddress:
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            guard bytes.count == 4 || bytes.count == 16,
                inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil
            else { return nil }
            return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        default:
            return nil
        }
    }

    /// The distinguished names of issuer and subject, as encoded.
    private static func parties(
        _ certificate: ArraySlice<UInt8>
    ) -> (issuer: ArraySlice<UInt8>, subject: ArraySlice<UInt8>)? {
        var outer = DERReader(certificate)
        guard let signed = outer.next(tag: sequence) else { return nil }
        var signedReader = DERReader(signed)
        guard let body = signedReader.next(tag: sequence) else { return nil }
        var reader = DERReader(body)
        guard let first = reader.next(),
            first.tag == version ? reader.next(tag: integer) != nil : first.tag == integer,
            reader.next(tag: sequence) != nil,
            let issuer = reader.next(tag: sequence),
            reader.next(tag: sequence) != nil,
            let subject = reader.next(tag: sequence)
        else { return nil }
        return (issuer, subject)
    }

    private static func shortName(_ name: ArraySlice<UInt8>) -> String? {
        var found: [[UInt8]: String] = [:]
        var sets = DERReader(name)
        while let set = sets.next() {
            var attributes = DERReader(set.contents)
            while let attribute = attributes.next(tag: sequence) {
                var parts = DERReader(attribute)
                guard let type = parts.next(), let value = parts.next() else { break }
                found[Array(type.contents)] = PrintableText(bytes: value.contents, limitBytes: 100).string
            }
        }
        return found[commonName] ?? found[organisation]
    }
}
