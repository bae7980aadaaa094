// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// What is known of a metric before anything is recorded: its name, what it is, and the labels that tell its series apart.
package struct MetricFamily: Hashable, Sendable {
    /// What the values are.
    package enum Kind: Hashable, Sendable {
        /// A number that only grows.
        case counter
        /// A number that goes up and down.
        case gauge
        /// How many values lie at or below each of these bounds, which ascend.
        case histogram(bounds: [Double])
    }

    /// The name as queries have it: the one of a counter ends in `_total`.
    package let name: String
    /// What the values are.
    package let kind: Kind
    /// The base unit, such as `seconds`; nil for plain numbers.
    ///
    /// The name ends with it, before the `_total` of a counter.
    package let unit: String?
    /// The names of its labels, in the order in which they are recorded and shown.
    package let labels: [String]
    /// What it tells, in one sentence.
    package let help: String

    /// A family.
    package init(name: String, kind: Kind, unit: String?, labels: [String], help: String) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.labels = labels
        self.help = help
    }
}
