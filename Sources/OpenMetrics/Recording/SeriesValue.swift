// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What a series stands at, at one moment.
enum SeriesValue: Hashable, Sendable {
    /// A counter's.
    case count(Int64)
    /// A gauge's.
    case level(Double)
    /// A histogram's: how many values each bucket holds by itself, the last one beyond all bounds, and their sum.
    case distribution(counts: [Int64], sum: Double)
}
