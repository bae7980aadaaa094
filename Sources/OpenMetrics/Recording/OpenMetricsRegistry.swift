// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import CoreMetrics
internal import Synchronization

/// The back-end of swift-metrics: keeps what is recorded, and shows it as text.
///
/// What can be recorded is fixed when it is made: a label that is no family, other dimensions than the family has, or a handler
/// of another kind give one that records nothing. So is its size bounded: a family has at most ``seriesLimit`` series.
///
/// The same label with the same dimensions is the same series, whoever asks for it. Thread-safe.
package final class OpenMetricsRegistry: MetricsFactory {
    /// Most series of one family.
    package static let seriesLimit = 1000

    private typealias SeriesTable = [[String]: any MetricSeries]

    private let families: [MetricFamily]
    private let positions: [String: Int]
    private let tables: Mutex<[SeriesTable]>

    /// A registry in which nothing is recorded yet.
    package init(_ families: [MetricFamily]) {
        self.families = families
        positions = Dictionary(
            families.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        tables = Mutex([SeriesTable](repeating: [:], count: families.count))
    }

    /// Everything that is recorded, as text: families in the order in which they were given, series in that of their labels.
    package func text(as format: ExpositionFormat) -> String {
        let tables = tables.withLock { $0 }
        var encoder = ExpositionEncoder(format)
        for (family, table) in zip(families, tables) {
            let series = table.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            encoder.add(family, series.map { ($0.key, $0.value.value) })
        }
        return encoder.finish()
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(CounterSeries.self, label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(GaugeSeries.self, label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        let known: (any RecorderHandler)? =
            aggregate
            ? series(HistogramSeries.self, label, dimensions) : series(GaugeSeries.self, label, dimensions)
        return known ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(HistogramSeries.self, label, dimensions) ?? NOOPMetricsHandler.instance
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }

    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }

    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }

    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    /// The series, made when it is asked for the first time; nil when there is no place for one.
    private func series<Series: MetricSeries>(
        _ type: Series.Type,
        _ label: String,
        _ dimensions: [(String, String)]
    ) -> Series? {
        guard let position = positions[label], families[position].labels == dimensions.map(\.0) else {
            return nil
        }
        let values = dimensions.map(\.1)
        return tables.withLock { tables in
            if let known = tables[position][values] { return known as? Series }
            guard tables[position].count < Self.seriesLimit, let new = Series(families[position]) else {
                return nil
            }
            tables[position][values] = new
            return new
        }
    }

    private func remove(_ handler: AnyObject) {
        tables.withLock { tables in
            for position in tables.indices {
                tables[position] = tables[position].filter { $0.value !== handler }
            }
        }
    }
}
