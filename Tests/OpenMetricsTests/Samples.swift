// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import OpenMetrics

enum Samples {
    static let requests = MetricFamily(
        name: "x_requests_total",
        kind: .counter,
        unit: nil,
        labels: ["path", "verb"],
        help: "Requests."
    )
    static let bytes = MetricFamily(
        name: "x_sent_bytes_total",
        kind: .counter,
        unit: "bytes",
        labels: [],
        help: "Bytes."
    )
    static let level = MetricFamily(
        name: "x_level",
        kind: .gauge,
        unit: nil,
        labels: ["tank"],
        help: "Level."
    )
    static let time = MetricFamily(
        name: "x_time_seconds",
        kind: .histogram(bounds: [0.5, 1]),
        unit: "seconds",
        labels: ["tank"],
        help: "Time."
    )
    static let all = [requests, bytes, level, time]
}
