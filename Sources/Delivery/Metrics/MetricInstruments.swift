// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import CoreMetrics

/// The instruments of swift-metrics for the metrics of the table.
extension MetricKind {
    func counter(_ factory: any MetricsFactory, _ values: String...) -> Counter {
        Counter(label: rawValue, dimensions: dimensions(values), factory: factory)
    }

    func gauge(_ factory: any MetricsFactory, _ values: String...) -> Meter {
        Meter(label: rawValue, dimensions: dimensions(values), factory: factory)
    }

    func histogram(_ factory: any MetricsFactory, _ values: String...) -> Recorder {
        Recorder(label: rawValue, dimensions: dimensions(values), aggregate: true, factory: factory)
    }

    private func dimensions(_ values: [String]) -> [(String, String)] {
        zip(definition.labels, values).map { ($0.rawValue, $1) }
    }
}

extension Recorder {
    /// Records a time in seconds.
    func record(_ duration: Duration) { record(duration / .seconds(1)) }
}
