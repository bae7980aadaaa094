// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The values of a family under one set of labels, as they are recorded.
///
/// Thread-safe; recording takes no more than tens of nanoseconds.
protocol MetricSeries: AnyObject, Sendable {
    /// Zero of everything; nil when the family is of another kind.
    init?(_ family: MetricFamily)

    /// What stands there now.
    var value: SeriesValue { get }
}
