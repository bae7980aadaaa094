// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Glibc
internal import MailMessage
internal import NIOSSL

/// Says in words why TLS failed, and what the certificate has to do with it.
enum TLSReason {
    /// Errors of the library that say something to people who run mail servers.
    private static let known = [
        "EOF during handshake": "the relay closed the connection during the handshake",
        "WRONG_VERSION_NUMBER": "the relay does not speak TLS here (is implicit TLS right for this port?)",
        "UNSUPPORTED_PROTOCOL": "the relay offers no TLS version that is allowed",
        "TLSV1_ALERT_PROTOCOL_VERSION": "the relay accepts no TLS version that is allowed",
        "SSLV3_ALERT_HANDSHAKE_FAILURE": "the relay refused the handshake",
        "TLSV1_ALERT_CERTIFICATE_REQUIRED": "the relay demands a client certificate",
        "TLSV1_ALERT_UNKNOWN_CA": "the relay does not trust the client certificate",
        "SSLV3_ALERT_BAD_CERTIFICATE": "the relay refused the client certificate",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED": "the relay says that the client certificate has expired",
        "TLSV1_UNRECOGNIZED_NAME": "the relay does not know the name it was asked for",
    ]

    /// The reason, printable.
    ///
    /// - Parameters:
    ///   - error: what the library reported.
    ///   - certificate: the relay's, as far as the handshake came to see it.
    ///   - expected: the name it should have.
    /// - Returns: one line.
    static func text(
        of error: any Error,
        certificate: NIOSSLCertificate? = nil,
        expected: TLSPeerName? = nil
    ) -> String {
        if let extra = error as? NIOSSLExtraError, extra == .failedToValidateHostname, let expected {
            return misnamed(certificate, expected)
        }
        if case NIOSSLError.failedToLoadPrivateKey = error {
            return "the client key does not belong to the client certificate"
        }
        let code = code(of: error)
        if code == "CERTIFICATE_VERIFY_FAILED" { return distrust(certificate) }
        return known[code] ?? PrintableText(code, limitBytes: 300).string
    }

    private static func misnamed(_ certificate: NIOSSLCertificate?, _ expected: TLSPeerName) -> String {
        let names = certificate.map { CertificateNames($0).subjectNames } ?? []
        guard !names.isEmpty else {
            return "the certificate is not for \(expected): it names neither domain nor address"
        }
        return "the certificate is for \(names.joined(separator: ", ")), not \(expected)"
    }

    /// The library only says that the chain is not to be trusted; the certificate says the rest.
    private static func distrust(_ certificate: NIOSSLCertificate?) -> String {
        guard let certificate else { return "the certificate cannot be verified" }
        let now = time(nil)
        if certificate.notValidAfter < now {
            return "the certificate has expired (on \(date(certificate.notValidAfter)))"
        }
        if certificate.notValidBefore > now {
            return
                "the certificate is not valid before \(date(certificate.notValidBefore)) (is the clock of this host right?)"
        }
        let names = CertificateNames(certificate)
        if names.isSelfIssued { return "the certificate is self-signed and not among the trusted ones" }
        return
            "the certificate was issued by \(names.issuer.map { "\"\($0)\"" } ?? "an authority"), which is not trusted here"
    }

    private static func date(_ seconds: time_t) -> String {
        let (milliseconds, isOverflow) = Int64(seconds).multipliedReportingOverflow(by: 1000)
        guard !isOverflow else { return "a date out of range" }
        return String(Timestamp(millisecondsSinceEpoch: milliseconds).description.prefix(10))
    }

    /// The library's name of an error: of `error:1000007d:SSL routines:OPENSSL_internal:NAME at FILE:LINE` the NAME.
    private static func code(of error: any Error) -> String {
        let texts: [String] =
            switch error {
            case NIOSSLError.handshakeFailed(let inner), NIOSSLError.shutdownFailed(let inner):
                stack(of: inner)
            case let error as BoringSSLError: stack(of: error)
            default: ["\(error)"]
            }
        let names = texts.map(name(in:))
        return names.first(where: { $0 == "CERTIFICATE_VERIFY_FAILED" }) ?? names.first ?? "no reason given"
    }

    private static func stack(of error: BoringSSLError) -> [String] {
        switch error {
        case .sslError(let errors), .unknownError(let errors), .invalidSNIName(let errors),
            .failedToSetALPN(let errors):
            errors.map { "\($0)" }
        default:
            ["\(error)"]
        }
    }

    private static func name(in text: String) -> String {
        if text.hasSuffix("EOF during handshake") { return "EOF during handshake" }
        guard let marker = text.firstRange(of: "OPENSSL_internal:") else { return text }
        let rest = text[marker.upperBound...]
        return String(rest.prefix(while: { $0 != " " }))
    }
}
