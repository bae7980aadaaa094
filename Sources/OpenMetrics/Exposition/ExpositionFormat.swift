// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// How the text is written.
package enum ExpositionFormat: Sendable {
    /// OpenMetrics 1.0.0.
    case openMetrics
    /// The text format of Prometheus, version 0.0.4: what the textfile collector of node_exporter reads, and `promtool`.
    case prometheus

    /// The media type, for HTTP.
    package var mediaType: String {
        switch self {
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        }
    }

    /// The format that a client asks for with its `Accept` field: OpenMetrics where it is named at all.
    package init(accepting accept: String?) {
        let names = accept?.lowercased().contains("application/openmetrics-text") ?? false
        self = names ? .openMetrics : .prometheus
    }
}
