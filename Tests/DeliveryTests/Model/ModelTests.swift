// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Foundation
import Testing

/// Random schedules over the real spool, agenda and rules, compared with a model after each step.
///
/// Each seed is one schedule. `SMTPQ_SCHEDULES=10000` in the environment runs more than the usual number.
@Suite("Random schedules") struct ModelTests {
    private static let count =
        ProcessInfo.processInfo.environment["SMTPQ_SCHEDULES"].flatMap(UInt64.init) ?? 300

    private static func divergence(
        _ steps: [ModelStep],
        mistake: FaultyStore.Mistake? = nil
    ) -> String? {
        do {
            try ModelWorld(mistake: mistake).run(steps)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// The shortest schedule found by leaving out steps that still diverges.
    private static func shrink(_ steps: [ModelStep], mistake: FaultyStore.Mistake? = nil) -> [ModelStep] {
        var steps = steps
        var length = steps.count / 2
        while length > 0 {
            var start = 0
            while start < steps.count {
                var shorter = steps
                shorter.removeSubrange(start..<min(start + length, steps.count))
                if divergence(shorter, mistake: mistake) != nil { steps = shorter } else { start += length }
            }
            length /= 2
        }
        return steps
    }

    @Test(
        "G2, G3: whatever happens in whatever order, each message is in one state, none is lost, none is stuck, and nobody gets it twice"
    )
    func schedules() async {
        for seed in 0..<Self.count {
            let steps = ModelStep.schedule(seed: seed, count: 80)
            guard Self.divergence(steps) != nil else {
                await Task.yield()
                continue
            }
            let short = Self.shrink(steps)
            let shown = short.map { "\n  \($0)" }.joined()
            Issue.record("seed \(seed): \(Self.divergence(short) ?? "not repeatable") after\(shown)")
            return
        }
    }

    @Test(
        "A mistake of the spool is noticed, and the schedule that shows it is cut down to a few steps",
        arguments: [FaultyStore.Mistake.append, .rename]
    )
    func canFail(mistake: FaultyStore.Mistake) throws {
        let found = (0..<20).lazy.map { ModelStep.schedule(seed: $0, count: 80) }
            .first { Self.divergence($0, mistake: mistake) != nil }
        let short = Self.shrink(try #require(found), mistake: mistake)
        #expect((2...6).contains(short.count), "\(short)")
    }
}
