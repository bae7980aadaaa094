// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool

@Suite("T24: messages in a random order, with a crash at each sync until none happens any more")
struct RandomScheduleTests {
    private static let steps = 30

    @Test(
        "are where the model has them, with their answers, whatever is lost",
        arguments: 0..<200 as Range<UInt64>
    )
    func model(seed: UInt64) throws {
        for sync in 0... {
            let disk = ModelDisk([:], stoppingAtSync: sync)
            var schedule = RandomSchedule(seed: seed, on: disk)
            try schedule.run(steps: Self.steps)
            let files = schedule.afterCrash()
            for (stem, expected) in schedule.messages { try check(stem, expected, files) }
            guard disk.isOff else { return }
        }
    }

    @Test(
        "are recovered to one state each, and recovery twice is recovery once",
        arguments: 0..<8 as Range<UInt64>
    )
    func recovery(seed: UInt64) throws {
        for sync in 0... {
            let disk = ModelDisk([:], stoppingAtSync: sync)
            var schedule = RandomSchedule(seed: seed, on: disk)
            try schedule.run(steps: Self.steps)
            let bench = try QueueBench()
            for (name, bytes) in schedule.afterCrash() { try bench.drop(bytes, as: name) }
            _ = try bench.queue.recover(keepQueue: true, now: QueueBench.now)
            for (stem, expected) in schedule.messages {
                let states = SpoolState.allCases.filter { bench.names.contains("\(stem).\($0.rawValue)") }
                #expect(states.count == 1 || (states.isEmpty && expected.states.contains(nil)))
                #expect(states != [.sending])
                guard states.count == 1 else { continue }
                let history = try bench.history(of: stem.text)
                for address in expected.answers { #expect(history.isFinal(try MailAddress(address))) }
            }
            #expect(try bench.queue.recover(keepQueue: true, now: QueueBench.now) == RecoveryReport())
            guard disk.isOff else { return }
        }
    }

    private func check(
        _ stem: MessageStem,
        _ expected: RandomSchedule.Expectation,
        _ files: ModelDisk.Files
    ) throws {
        let found = SpoolState.allCases.filter { files["\(stem).\($0.rawValue)"] != nil }
        #expect(found.count <= 1, "\(stem) is \(found)")
        #expect(expected.states.contains(found.first), "\(stem) is \(found), not one of \(expected.states)")
        guard let state = found.first else { return }
        #expect(files["\(stem).\(state.rawValue)"] == RandomSchedule.content)
        let history = MessageHistory(records: JournalFormat.records(in: files["\(stem).journal"] ?? []))
        for address in expected.answers {
            #expect(history.isFinal(try MailAddress(address)), "\(stem) has forgotten \(address)")
        }
    }
}
