// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import Submission

@Suite("A plain send")
struct QuickArgumentsTests {
    @Test("is read as applications write it")
    func plain() throws {
        let named = try #require(
            QuickArguments([
                "/usr/bin/smtpq", "send", "-f", "-a@b.example", "c@d.example", "--queue-dir", "/q", "--key",
                "k", "-",
            ])
        )
        #expect(named.sender == "-a@b.example" && !named.readsRecipients && named.queueDirectory == "/q")
        #expect(named.key == "k" && named.operands == ["c@d.example", "-"])
        let read = try #require(QuickArguments(["smtpq", "send", "-t", "x.eml"]))
        #expect(read.sender == nil && read.readsRecipients && read.operands == ["x.eml"])
    }

    @Test("is nothing under another name", arguments: ["sendmail", "/usr/sbin/sendmail", "mailq", ""])
    func otherNames(program: String) {
        #expect(QuickArguments([program, "send", "-t"]) == nil)
    }

    @Test(
        "is nothing else",
        arguments: [
            [], ["list"], ["send"], ["send", "c@d.example"], ["send", "-f"], ["send", "-t", "-f"],
            ["send", "-t", "--help"],
            ["send", "-f", "a@b.example", "--", "c@d.example"], ["send", "-fa@b.example", "c@d.example"],
            ["send", "-t", "-oQ/tmp@example.net"], ["send", "-t", "--after", "1h"],
            ["send", "-t", "--batch"],
            ["send", "-f", "a@b.example", "-f", "a@b.example", "c@d.example"],
        ]
    )
    func others(arguments: [String]) {
        #expect(QuickArguments(["smtpq"] + arguments) == nil)
    }
}
