// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CoreMetrics
internal import Synchronization

/// How values are distributed over the buckets between some bounds.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private struct State {
        var counts: [Int64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init?(_ family: MetricFamily) {
        guard case .histogram(let bounds) = family.kind else { return nil }
        self.bounds = bounds
        state = Mutex(State(counts: [Int64](repeating: 0, count: bounds.count + 1)))
    }

    var value: SeriesValue {
        state.withLock { .distribution(counts: $0.counts, sum: $0.sum) }
    }

    func record(_ value: Double) {
        // What is no number belongs to no bucket, and would spoil the sum for good.
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func record(_ value: Int64) { record(Double(value)) }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
