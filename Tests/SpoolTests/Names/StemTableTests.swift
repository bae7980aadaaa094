// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import Spool
import Testing

@Suite("Stem table")
struct StemTableTests {
    @Test(
        "through any sequence of insertions and removals each stem has one slot and each slot its stem",
        arguments: 0..<30 as Range<UInt64>
    )
    func agreesWithModel(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var table = StemTable()
        var model: [MessageStem: StemTable.Slot] = [:]
        for _ in 0..<3000 {
            let number = Int.random(in: 0..<400, using: &generator)
            let stem = try MessageStem(String(repeating: "x", count: number % 190) + "\(number)")
            if Bool.random(using: &generator) {
                let (slot, isNew) = table.insert(stem)
                #expect(isNew == (model[stem] == nil))
                model[stem] = model[stem] ?? slot
                #expect(model[stem] == slot)
            } else if let slot = model.removeValue(forKey: stem) {
                table.remove(slot)
                #expect(table.slot(of: stem) == nil)
            }
            #expect(table.count == model.count)
        }
        #expect(Set(model.values).count == model.count)
        for (stem, slot) in model {
            #expect(table.slot(of: stem) == slot)
            #expect(table[slot] == stem)
            #expect(Int(slot) < table.slotLimit)
        }
    }
}
