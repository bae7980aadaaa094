// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import SMTPClient
import SMTPProtocol
import Spool
import Testing

@testable import smtpq

@Suite("What check has found")
struct CheckFindingTests {
    private let now: Timestamp

    init() throws {
        now = try Timestamp(parsing: "2026-06-01T00:00:00Z")
    }

    @Test("about a certificate is a warning in the last fourteen days, and when it is not valid")
    func certificates() throws {
        for (after, verdict, words, days) in [
            ("2026-08-01T00:00:00Z", .ok, "until 2026-08-01 (61 days left)", 61),
            ("2026-06-15T00:00:00Z", .ok, "until 2026-06-15 (14 days left)", 14),
            ("2026-06-14T23:59:59Z", .warning, "(13 days left)", 13),
            ("2026-06-02T12:00:00Z", .warning, "(1 day left)", 1),
            ("2026-06-01T12:00:00Z", .warning, "(0 days left)", 0),
            ("2026-05-31T23:59:59Z", .warning, "expired on 2026-05-31", -1),
            ("2026-05-01T00:00:00Z", .warning, "expired on 2026-05-01", -31),
        ] as [(String, CheckFinding.Verdict, String, Int64)] {
            let facts = CertificateFacts(
                subject: "relay",
                issuer: nil,
                names: ["relay.example"],
                notBefore: try Timestamp(parsing: "2026-01-01T00:00:00Z"),
                notAfter: try Timestamp(parsing: after)
            )
            let finding = CertificateFinding(facts, now: now).finding(of: "primary")
            #expect(finding.verdict == verdict)
            #expect(finding.text.hasPrefix("relay for relay.example, ") && finding.text.hasSuffix(words))
            #expect(finding.json["daysLeft"]?.integer == days)
        }
        let early = CertificateFacts(
            subject: nil,
            issuer: "X",
            names: [],
            notBefore: .latest,
            notAfter: .latest
        )
        let finding = CertificateFinding(early, now: now).finding(of: "primary")
        #expect(finding.verdict == .warning && finding.advice == nil)
        #expect(finding.text == "(no name), issued by X, not valid before 9999-12-31")
    }

    @Test("is aligned, says what to do, and shows no control characters (T19)")
    func lines() {
        let finding = CheckFinding(
            step: .login,
            relay: "a\u{1B}",
            verdict: .failure,
            text: "535 \u{1B}[31mno\n",
            advice: "check User"
        )
        let lines = finding.lines(Palette(isOn: false))
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("FAIL  relay ") && lines[0].contains(" login       535 "))
        #expect(lines[1] == "      → check User")
        #expect(!lines.joined().unicodeScalars.contains { $0.value < 0x20 })
        #expect(finding.json["verdict"]?.string == "failure")
    }

    @Test("is no fault of a relay without advice")
    func advice() {
        let silent = RelayFault.Kind.allCases.filter { kind in
            RelayAdvice.text(for: RelayFault(kind: kind, phase: .connect, code: nil, text: "x")) == nil
        }
        #expect(silent == [.local])
    }
}
