// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import ProgramOutput
import Testing

@testable import Submission
@testable import smtpq

@Suite("Addresses among the arguments of send")
struct AddressArgumentsTests {
    private static let valueOptions: Set<String> = ["-f", "--to", "--text"]

    private func separated(_ arguments: String...) throws -> [String] {
        try AddressArguments.separated(arguments, valueOptions: Self.valueOptions)
    }

    @Test("stay where they are without a hyphen")
    func plain() throws {
        #expect(
            try separated("send", "-f", "a@b.example", "c@d.example") == [
                "send", "-f", "a@b.example", "c@d.example",
            ]
        )
    }

    @Test(
        "are never an option (T17)",
        arguments: ["-oQ/tmp@example.net", "--config@example.net", "-t@example.net"]
    )
    func T17_anAddressIsNeverAnOption(address: String) throws {
        #expect(try separated("send", address, "-t") == ["send", "-t", "--", address])
        #expect(try separated("send", "-t", "--", address) == ["send", "-t", "--", address])
        #expect(
            try separated("send", "-f", address, "x@y.example") == ["send", "-f", address, "x@y.example"]
        )
    }

    @Test(
        "are refused where they could be an option with its value (T17)",
        arguments: ["--to=a@b.example", "-fa@b.example"]
    )
    func T17_whatCouldBeBothIsRefused(argument: String) {
        let error = #expect(throws: CommandFailure.self) { try separated("send", argument) }
        #expect(error?.status == .usage)
        #expect(error?.summary.contains(argument) == true)
    }

    @Test("keep their order behind --")
    func order() throws {
        #expect(
            try separated("send", "-a@b.example", "--text", "-x@y.example", "--", "-c@d.example", "file")
                == ["send", "--text", "-x@y.example", "--", "-a@b.example", "-c@d.example", "file"]
        )
    }

    @Test("are not looked for in other commands")
    func otherCommands() throws {
        #expect(try separated("show", "-a@b.example") == ["show", "-a@b.example"])
        #expect(try separated() == [])
    }
}
