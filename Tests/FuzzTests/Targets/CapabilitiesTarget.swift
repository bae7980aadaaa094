// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import SMTPProtocol

/// The answer to EHLO: what is taken out of it is what plain words over its bytes say.
enum CapabilitiesTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).prefix(1000)
        let reply = Reply(code: 250, lines: lines.map { PrintableText(bytes: $0, limitBytes: 4096) })
        let capabilities = Capabilities(ehlo: reply)
        let expected = NaiveCapabilities(reply.lines)
        for each in ServiceExtension.allCases {
            try Violation.unless(
                capabilities.supports(each) == expected.keywords.contains(each.rawValue),
                "\(each.rawValue) is offered where a line says so, and nowhere else"
            )
        }
        try Violation.unless(capabilities.sizeLimit == expected.sizeLimit, "SIZE is read to the letter")
        try Violation.unless(capabilities.authMechanisms == expected.mechanisms, "AUTH is read to the letter")
        try check(capabilities.limits)
    }

    private static func check(_ limits: ServiceLimits) throws(Violation) {
        let recipients = ["a@a.example", "b@b.example", "c@a.example", "d@c.example", "e@c.example"]
            .compactMap { try? EnvelopeRecipient(parsing: $0) }
        let parts = limits.parts(of: recipients)
        try Violation.unless(parts.flatMap(\.self) == recipients, "limits lose no recipient")
        for part in parts {
            try Violation.unless(
                !part.isEmpty && part.count <= limits.recipients ?? .max
                    && Set(part.map(\.address.domain)).count <= limits.recipientDomains ?? .max,
                "each part keeps to the limits"
            )
        }
    }
}
