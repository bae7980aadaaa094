// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import ProgramOutput
import Testing

@testable import Submission
@testable import smtpq

@Suite("The operands of send")
struct SendOperandsTests {
    private func addresses(_ arguments: String...) throws -> [String] {
        try SendOperands(arguments).recipients.map(\.description)
    }

    @Test("with an @ are recipients, in their order")
    func recipients() throws {
        #expect(try addresses("a@b.example", "-c@d.example") == ["<a@b.example>", "<-c@d.example>"])
        #expect(try addresses("<a@b.example> NOTIFY=NEVER") == ["<a@b.example> NOTIFY=NEVER"])
        #expect(try addresses("Alice <a@b.example>, c@d.example") == ["<a@b.example>", "<c@d.example>"])
    }

    @Test("without an @ are the file")
    func file() throws {
        #expect(try SendOperands(["a@b.example", "message.eml"]).file == "message.eml")
        #expect(try SendOperands(["-"]).file == "-")
        #expect(try SendOperands(["a@b.example"]).file == nil)
    }

    @Test("name one file at most")
    func twoFiles() {
        let error = #expect(throws: CommandFailure.self) { try SendOperands(["one", "two"]) }
        #expect(error?.status == .usage)
        #expect(error?.summary.contains("\"one\" and \"two\"") == true)
    }

    @Test(
        "with controls or a broken address are refused (T5)",
        arguments: [
            "bob\r\nQUIT@example.net", "bob@example.net\n", "a@b.example,\nc@d.example",
            "a@b.example,\u{85}c@d.example",
            "Bob\n<bob@example.net>", "bob\u{2028}x@example.net", "bob\u{B}@example.net", "a b@example.net",
            "@", "a@",
        ]
    )
    func T5_controlsAreRefused(argument: String) {
        let error = #expect(throws: CommandFailure.self) { try SendOperands([argument]) }
        #expect(error?.status == .badData)
        #expect(
            error?.summary.unicodeScalars.contains {
                $0.value < 0x20 || $0.value == 0x85 || $0.value == 0x2028
            } == false
        )
    }
}
