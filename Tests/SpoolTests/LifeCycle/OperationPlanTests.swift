// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import Spool

@Suite struct OperationPlanTests {
    private static let publish = FileOperation.rename(from: "a.sending", to: "a.queued")
    private static let claim = FileOperation.rename(from: "a.queued", to: "a.sending")
    private static let journal = FileOperation.append("a.journal", [1])

    @Test(
        "An order that could lose something is refused",
        arguments: [
            ([journal, publish], .publishedBeforeSync("a.journal")),
            ([journal, .syncFile("a.journal"), publish], .publishedBeforeSync("a.journal")),
            ([journal, .syncDirectory, publish], .publishedBeforeSync("a.journal")),
            (
                [journal, .syncDirectory, .syncFile("a.journal"), journal, .syncDirectory, publish],
                .publishedBeforeSync("a.journal")
            ),
            ([journal, .syncFile("b.journal"), .syncDirectory, publish], .publishedBeforeSync("a.journal")),
            (
                [.create(".a.new", [1]), .rename(from: ".a.new", to: "a.queued")],
                .publishedBeforeSync(".a.new")
            ),
            (
                [.create(".a.new", [1]), .syncDirectory, .rename(from: ".a.new", to: "a.queued")],
                .publishedBeforeSync(".a.new")
            ),
            ([.remove("a.journal")], .journalRemovedFirst("a.journal")),
            ([.remove("a.journal"), .remove("a.sending")], .journalRemovedFirst("a.journal")),
            ([.remove("a.sending"), .remove("a.journal")], .journalRemovedFirst("a.journal")),
            (
                [.remove("b.sending"), .syncDirectory, .remove("a.journal")],
                .journalRemovedFirst("a.journal")
            ),
            (
                [.syncDirectory, .remove("a.sending"), .remove("a.journal")],
                .journalRemovedFirst("a.journal")
            ),
            ([claim], .endsBeforeSync("a.sending")), ([.syncDirectory, claim], .endsBeforeSync("a.sending")),
            ([.rename(from: "a.sending", to: "a.failed")], .endsBeforeSync("a.failed")),
            ([.rename(from: "a.held", to: "a.queued")], .endsBeforeSync("a.queued")),
            ([.rename(from: ".a.new", to: "a.queued")], .endsBeforeSync("a.queued")),
            ([.remove("a.sending")], .endsBeforeSync("a.sending")),
        ] as [([FileOperation], OperationPlan.Refusal)]
    )
    func refused(operations: [FileOperation], refusal: OperationPlan.Refusal) {
        #expect(throws: refusal) { try OperationPlan(operations) }
    }

    @Test(
        "An order that loses nothing is taken as it is",
        arguments: [
            [], [publish], [journal, .syncFile("a.journal"), .syncDirectory, publish, .syncDirectory],
            [journal, .rename(from: "x", to: "a.txt")],
            [
                .create(".a.new", [1]), .syncFile(".a.new"), .rename(from: ".a.new", to: "a.queued"),
                .syncDirectory,
            ], [claim, .syncDirectory], [.remove("a.sending"), .syncDirectory],
            [.remove("a.sending"), .syncDirectory, .remove("a.journal")],
            [journal, .syncDirectory, .syncFile("a.journal"), publish],
        ] as [[FileOperation]]
    )
    func taken(operations: [FileOperation]) throws {
        #expect(try OperationPlan(operations).operations == operations)
    }

    @Test("What may be lost may be published unsynced")
    func mayBeLost() throws {
        #expect(try OperationPlan([Self.journal, Self.publish], payload: .mayBeLost).operations.count == 2)
    }
}
