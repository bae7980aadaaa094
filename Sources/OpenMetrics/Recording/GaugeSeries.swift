// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CoreMetrics
internal import Synchronization

/// A number that goes up and down.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let level = Mutex(0.0)

    init?(_ family: MetricFamily) {
        guard family.kind == .gauge else { return nil }
    }

    var value: SeriesValue { .level(level.withLock { $0 }) }

    func set(_ value: Double) { level.withLock { $0 = value } }

    func set(_ value: Int64) { set(Double(value)) }

    func increment(by amount: Double) { level.withLock { $0 += amount } }

    func decrement(by amount: Double) { increment(by: -amount) }

    func record(_ value: Double) { set(value) }

    func record(_ value: Int64) { set(value) }
}
