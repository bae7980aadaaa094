// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CoreMetrics
internal import Synchronization

/// A number that only grows.
final class CounterSeries: MetricSeries, CounterHandler {
    private let count = Atomic<Int64>(0)

    init?(_ family: MetricFamily) {
        guard family.kind == .counter else { return nil }
    }

    var value: SeriesValue { .count(count.load(ordering: .relaxed)) }

    func increment(by amount: Int64) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() { count.store(0, ordering: .relaxed) }
}
