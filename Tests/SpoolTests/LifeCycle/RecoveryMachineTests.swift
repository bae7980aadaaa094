// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import Spool

@Suite struct RecoveryMachineTests {
    @Test("What becomes of a message on its way")
    func resolutions() {
        #expect(RecoveryMachine.resolution(for: .open, keepQueue: true) == .untouched)
        #expect(RecoveryMachine.resolution(for: .open, keepQueue: false) == .untouched)
        for keepQueue in [true, false] {
            #expect(
                RecoveryMachine.resolution(for: .answered(anyFailed: true), keepQueue: keepQueue)
                    == .failed(lines: [])
            )
            #expect(
                RecoveryMachine.resolution(for: .answered(anyFailed: false), keepQueue: keepQueue)
                    == .delivered(lines: [], keep: keepQueue)
            )
        }
    }

    @Test("Names of interrupted writes are known from all others")
    func temporaries() {
        for name in [".a.new", ".status-1"] { #expect(RecoveryMachine.isTemporary(name)) }
        for name in ["a.new", ".status", ".paused", "a.queued", ".a", ".new.a", "status-1", ""] {
            #expect(!RecoveryMachine.isTemporary(name))
        }
    }

    @Test("A journal is orphaned when its message is in no state")
    func orphans() throws {
        let names = try SpoolState.allCases.map { SpoolFileName.message(try MessageStem($0.rawValue), $0) }
        let journals = names.map {
            if case .message(let stem, _) = $0 { SpoolFileName.journal(stem) } else { $0 }
        }
        #expect(RecoveryMachine.orphanedJournals(among: names + journals).isEmpty)
        let alone = try MessageStem("alone")
        #expect(RecoveryMachine.orphanedJournals(among: [.journal(alone)] + names + journals) == [alone])
    }
}
