// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import SMTPClient
internal import Spool

/// What a certificate of a relay means for `smtpq check`.
///
/// Pure.
struct CertificateFinding {
    /// Whoever renews certificates by hand needs this many days.
    private static let warningDays: Int64 = 14
    private static let millisecondsPerDay: Int64 = 86_400_000

    private let certificate: CertificateFacts
    private let now: Timestamp

    init(_ certificate: CertificateFacts, now: Timestamp) {
        self.certificate = certificate
        self.now = now
    }

    /// The finding; a certificate that a verified connection does not need may be as old as it likes, so it fails nothing.
    func finding(of relay: String) -> CheckFinding {
        let isBad = daysLeft < Self.warningDays || certificate.notBefore > now
        return CheckFinding(
            step: .certificate,
            relay: relay,
            verdict: isBad ? .warning : .ok,
            text: text,
            advice: isBad && certificate.notBefore <= now ? "have it renewed at the relay" : nil,
            facts: [
                .init("subject", certificate.subject.map(JSONValue.string) ?? .null),
                .init("issuer", certificate.issuer.map(JSONValue.string) ?? .null),
                .init("names", .array(certificate.names.map(JSONValue.string))),
                .init("notBefore", .string(certificate.notBefore.description)),
                .init("notAfter", .string(certificate.notAfter.description)),
                .init("daysLeft", .integer(daysLeft)),
            ]
        )
    }

    /// `smtp.example.com for smtp.example.com, issued by R11, until 2026-12-01 (61 days left)`.
    private var text: String {
        let names = certificate.names.isEmpty ? "" : " for \(certificate.names.joined(separator: ", "))"
        let issuer = certificate.issuer.map { ", issued by \($0)" } ?? ""
        return "\(certificate.subject ?? "(no name)")\(names)\(issuer), \(validity)"
    }

    private var validity: String {
        if certificate.notBefore > now { return "not valid before \(Self.date(certificate.notBefore))" }
        let date = Self.date(certificate.notAfter)
        if certificate.notAfter < now { return "expired on \(date)" }
        return "until \(date) (\(daysLeft == 1 ? "1 day" : "\(daysLeft) days") left)"
    }

    /// Whole days; less than none when it has expired.
    private var daysLeft: Int64 {
        let milliseconds = certificate.notAfter.millisecondsSinceEpoch - now.millisecondsSinceEpoch
        return (milliseconds - (milliseconds < 0 ? Self.millisecondsPerDay - 1 : 0)) / Self.millisecondsPerDay
    }

    private static func date(_ time: Timestamp) -> String { String(time.description.prefix(10)) }
}
