// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Spool
import Testing

@testable import Submission
@testable import smtpq

@Suite("The message that an id means")
struct MessageSelectionTests {
    private let stems = ["order-1", "order-1001", "order-1002", "mail"].compactMap { try? MessageStem($0) }

    @Test(
        "is the one that begins so",
        arguments: [("m", "mail"), ("mail", "mail"), ("order-1002", "order-1002")]
    )
    func unique(id: String, expected: String) throws {
        #expect(try MessageSelection.find(id, among: stems).text == expected)
    }

    @Test(
        "is not guessed",
        arguments: [("order", "means 3 messages"), ("x", "no message"), ("", "no message")]
    )
    func others(id: String, words: String) {
        let error = #expect(throws: SpoolError.self) { try MessageSelection.find(id, among: stems) }
        #expect(error?.code == .notFound)
        #expect(error?.summary.contains(words) == true)
    }

    @Test("is found whole, by its file name, or by its beginning in a directory")
    func inDirectory() throws {
        let scratch = try ScratchQueue(["order-1.queued", "order-1001.held"])
        var selection = MessageSelection(from: scratch.queue)
        #expect(try selection.stem("order-1").text == "order-1")
        #expect(try selection.stem("order-1001.held").text == "order-1001")
        #expect(try selection.stem("order-10").text == "order-1001")
        for id in ["order", "../order-1", "order-1.journal", ""] {
            #expect(throws: CommandFailure.self) { try selection.stem(id) }
        }
    }
}
