// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import MailMessage

/// Files of aliases, and names without a domain in a header.
enum AliasTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        let file = AliasFileParser(String(decoding: input, as: UTF8.self))
        for problem in file.problems { try FuzzTarget.expectPrintable(problem.summary) }
        let rules = LocalAddressRules(
            defaultDomain: "mail.example",
            localDomains: ["localhost"],
            aliases: file.table
        )
        for name in ["root", "a", "list"] {
            guard let address = try? MailAddress("\(name)@localhost") else { continue }
            switch Result(catching: { () throws(EnvelopeError) in try rules.targets(of: address) }) {
            case .success(let targets):
                try Violation.unless(!targets.isEmpty, "mail goes somewhere, or is refused")
                try Violation.unless(
                    targets.allSatisfy { $0.domain.lowercased() != "localhost" },
                    "every address can be reached by others"
                )
            case .failure(let error): try FuzzTarget.expectPrintable(error.summary)
            }
        }
        guard let once = NameQualifier.qualified(input, domain: "mail.example") else { return }
        try Violation.unless(
            NameQualifier.qualified(once, domain: "mail.example") == nil,
            "a name gets a domain once"
        )
    }
}
