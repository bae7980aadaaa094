// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import CoreMetrics
import Testing

@testable import OpenMetrics

@Suite("The registry")
struct OpenMetricsRegistryTests {
    private let registry = OpenMetricsRegistry(Samples.all)

    private var samples: [Substring] {
        registry.text(as: .prometheus).split(separator: "\n").filter { !$0.hasPrefix("#") }
    }

    @Test("shows what swift-metrics records, in the order of the table and of the labels")
    func recording() {
        Recorder(label: "x_time_seconds", dimensions: [("tank", "a")], factory: registry).record(0.75)
        Timer(label: "x_time_seconds", dimensions: [("tank", "a")], factory: registry).recordNanoseconds(
            250_000_000
        )
        Meter(label: "x_level", dimensions: [("tank", "b")], factory: registry).set(4)
        let level = Meter(label: "x_level", dimensions: [("tank", "a")], factory: registry)
        level.set(7)
        level.increment(by: 0.5)
        level.decrement()
        Counter(label: "x_sent_bytes_total", factory: registry).increment(by: 5)
        #expect(
            samples == [
                "x_sent_bytes_total 5", #"x_level{tank="a"} 6.5"#, #"x_level{tank="b"} 4.0"#,
                #"x_time_seconds_bucket{tank="a",le="0.5"} 1"#,
                #"x_time_seconds_bucket{tank="a",le="1.0"} 2"#,
                #"x_time_seconds_bucket{tank="a",le="+Inf"} 2"#, #"x_time_seconds_count{tank="a"} 2"#,
                #"x_time_seconds_sum{tank="a"} 1.0"#,
            ]
        )
    }

    @Test(
        "puts a value into the bucket whose bound it reaches",
        arguments: [(0.5, 0), (0.51, 1), (1, 1), (1.01, 2), (-3, 0)]
    )
    func buckets(value: Double, bucket: Int) throws {
        let series = try #require(HistogramSeries(Samples.time))
        series.record(value)
        series.record(Double.nan)
        var counts: [Int64] = [0, 0, 0]
        counts[bucket] = 1
        #expect(series.value == .distribution(counts: counts, sum: value))
    }

    @Test("gives the same series for the same labels, and forgets one that is destroyed")
    func sharing() {
        let first = Counter(label: "x_sent_bytes_total", factory: registry)
        first.increment()
        Counter(label: "x_sent_bytes_total", factory: registry).increment()
        #expect(samples == ["x_sent_bytes_total 2"])
        first.destroy()
        first.increment()
        #expect(samples.isEmpty)
        Counter(label: "x_sent_bytes_total", factory: registry).increment()
        #expect(samples == ["x_sent_bytes_total 1"])
    }

    @Test("records nothing that is not in its table")
    func unknown() {
        Counter(label: "y_total", factory: registry).increment()
        Counter(label: "x_sent_bytes_total", dimensions: [("relay", "a")], factory: registry).increment()
        Counter(label: "x_requests_total", dimensions: [("verb", "GET"), ("path", "/")], factory: registry)
            .increment()
        Counter(label: "x_level", dimensions: [("tank", "a")], factory: registry).increment()
        Meter(label: "x_sent_bytes_total", factory: registry).set(1)
        Recorder(label: "x_level", dimensions: [("tank", "a")], factory: registry).record(1)
        Timer(label: "x_sent_bytes_total", factory: registry).recordNanoseconds(1)
        #expect(registry.text(as: .prometheus).isEmpty)
    }

    @Test("holds a bounded number of series, whatever the labels are")
    func bounded() {
        for number in 0..<2 * OpenMetricsRegistry.seriesLimit {
            Meter(label: "x_level", dimensions: [("tank", "\(number)")], factory: registry).set(1)
        }
        #expect(samples.count == OpenMetricsRegistry.seriesLimit)
    }

    @Test("loses nothing that several threads record at the same time")
    func threads() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { [registry] in
                    let counter = Counter(label: "x_sent_bytes_total", factory: registry)
                    let time = Recorder(
                        label: "x_time_seconds",
                        dimensions: [("tank", "a")],
                        factory: registry
                    )
                    for _ in 0..<1000 {
                        counter.increment()
                        time.record(1)
                    }
                }
            }
        }
        #expect(samples.first == "x_sent_bytes_total 8000")
        #expect(samples.last == #"x_time_seconds_sum{tank="a"} 8000.0"#)
    }
}
