// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Spool
import Testing

@Suite("Suspicion table")
struct SuspicionTableTests {
    @Test("a message counts as the reason at its third fault, when others were answered since the first")
    func thirdFault() throws {
        let stem = try MessageStem("poison")
        var table = SuspicionTable()
        var verdicts: [Bool] = []
        for _ in 0..<3 {
            verdicts.append(table.faulted(stem))
            table.transactionAnswered()
        }
        #expect(verdicts == [false, false, true])
    }

    @Test("while the relay fails for everybody no message is the reason, however often")
    func relayAtFault() throws {
        let stem = try MessageStem("victim")
        var table = SuspicionTable()
        table.transactionAnswered()
        var verdicts: Set<Bool> = []
        for _ in 0..<10 { verdicts.insert(table.faulted(stem)) }
        #expect(verdicts == [false])
        table.transactionAnswered()
        #expect(table.faulted(stem) == true)
    }

    @Test("an answer clears a message")
    func cleared() throws {
        let stem = try MessageStem("m")
        var table = SuspicionTable()
        _ = table.faulted(stem)
        #expect(table.isSuspected(stem))
        table.clear(stem)
        #expect(!table.isSuspected(stem))
    }
}
