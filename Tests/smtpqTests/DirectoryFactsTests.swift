// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import Submission
@testable import smtpq

@Suite("The permissions of a queue directory")
struct DirectoryFactsTests {
    @Test("are right", arguments: [0o3730, 0o700, 0o755, 0o750, 0o3770] as [UInt32])
    func right(mode: UInt32) {
        #expect(DirectoryFacts(owner: "smtpq", group: "smtpq", mode: mode).problem == nil)
    }

    @Test(
        "are wrong, with what to do",
        arguments: [
            (0o1777, "chmod o-w"), (0o777, "chmod o-w"), (0o3732, "chmod o-w"), (0o775, "chmod o-r"),
            (0o2730, "remove each other's mail"), (0o1730, "not readable for the daemon"),
        ] as [(UInt32, String)]
    )
    func wrong(mode: UInt32, words: String) {
        let problem = DirectoryFacts(owner: "smtpq", group: "mail", mode: mode).problem
        #expect(problem?.contains(words) == true)
        #expect(problem?.contains("smtpq:mail, mode \(String(mode, radix: 8))") == true)
    }

    @Test("are read of a directory that is there")
    func reading() {
        #expect(DirectoryFacts(path: "/")?.owner == "root")
        #expect(DirectoryFacts(path: "/nothing/here") == nil)
    }
}
