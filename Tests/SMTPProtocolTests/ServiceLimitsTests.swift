// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import SMTPProtocol
import Testing

/// LIMITS: what is announced, and how recipients are split by it.
@Suite struct ServiceLimitsTests {
    private func limits(_ text: String) -> ServiceLimits {
        Capabilities(ehlo: Reply(code: 250, lines: [PrintableText("x"), PrintableText(text)])).limits
    }

    private func recipients(_ addresses: [String]) throws -> [EnvelopeRecipient] {
        try addresses.map { try EnvelopeRecipient(parsing: "<\($0)>") }
    }

    @Test("The limits are read; what cannot be read is as if it were not there")
    func limitsAreRead() {
        let all = limits("limits mailmax=5 RCPTMAX=20 RcptDomainMax=1 OTHER=7")
        #expect(all.transactions == 5)
        #expect(all.recipients == 20)
        #expect(all.recipientDomains == 1)
        for text in [
            "LIMITS", "LIMITS RCPTMAX", "LIMITS RCPTMAX=", "LIMITS RCPTMAX=0", "LIMITS RCPTMAX=07",
            "LIMITS RCPTMAX=1000000", "LIMITS RCPTMAX=-5", "LIMITS RCPTMAX=5x", "LIMITS RCPTMAX=٣",
            "LIMIT RCPTMAX=5",
        ] {
            #expect(limits(text) == .none, "\(text)")
        }
        #expect(limits("LIMITS RCPTMAX=999999").recipients == 999_999)
    }

    @Test(
        "Recipients are split by their number, in their order",
        arguments: [
            ("", 1, [1]), ("", 100, [100]), ("", 101, [100, 1]), ("", 0, [0]),
            ("LIMITS RCPTMAX=2", 5, [2, 2, 1]), ("LIMITS RCPTMAX=200", 150, [150]),
            ("LIMITS RCPTMAX=999999", 1500, [1000, 500]),
        ]
    )
    func splitByNumber(announced: String, count: Int, sizes: [Int]) throws {
        let all = try recipients((0..<count).map { "b\($0)@example.net" })
        let parts = limits(announced).parts(of: all)
        #expect(parts.map(\.count) == sizes)
        #expect(Array(parts.joined()) == all)
    }

    @Test("Recipients are split by their domains, in their order")
    func splitByDomain() throws {
        let all = try recipients([
            "a@x.example", "b@X.example", "c@y.example", "d@x.example", "e@z.example", "f@z.example",
        ])
        let one = limits("LIMITS RCPTDOMAINMAX=1").parts(of: all)
        #expect(one.map(\.count) == [2, 1, 1, 2])
        let two = limits("LIMITS RCPTDOMAINMAX=2 RCPTMAX=3").parts(of: all)
        #expect(two.map(\.count) == [3, 3])
        #expect(Array(two.joined()) == all)
    }
}
