// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import Delivery
internal import OpenMetrics

extension MetricFamily {
    /// A metric of the delivery.
    init(_ kind: MetricKind) {
        let definition = kind.definition
        let shape: Kind =
            switch definition.shape {
            case .counter: .counter
            case .gauge: .gauge
            case .histogram(let bounds): .histogram(bounds: bounds)
            }
        self.init(
            name: kind.rawValue,
            kind: shape,
            unit: kind.unit,
            labels: definition.labels.map(\.rawValue),
            help: definition.help
        )
    }
}
