// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Writes families and their series as text.
///
/// ```
/// # HELP smtpqd_sent_bytes_total Bytes of the messages that relays accepted.
/// # TYPE smtpqd_sent_bytes_total counter
/// smtpqd_sent_bytes_total{relay="primary"} 48213
/// ```
///
/// In OpenMetrics the family is `smtpqd_sent_bytes`, its unit has a line too, and the last line is `# EOF`.
///
/// Pure.
struct ExpositionEncoder {
    private let format: ExpositionFormat
    private var text = ""

    /// Nothing written yet.
    init(_ format: ExpositionFormat) { self.format = format }

    /// Adds a family with its series; one without any is left out.
    mutating func add(_ family: MetricFamily, _ series: [(labels: [String], value: SeriesValue)]) {
        guard !series.isEmpty else { return }
        describe(family)
        for (values, value) in series {
            let labels = Array(zip(family.labels, values))
            switch value {
            case .count(let count): sample(family.name, labels, "\(count)")
            case .level(let level): sample(family.name, labels, Self.number(level))
            case .distribution(let counts, let sum): distribution(family, labels, counts, sum)
            }
        }
    }

    /// The whole text.
    consuming func finish() -> String {
        if format == .openMetrics { text += "# EOF\n" }
        return text
    }

    private mutating func describe(_ family: MetricFamily) {
        let type =
            switch family.kind {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        // OpenMetrics names a counter without the suffix that its sample has.
        var name = family.name
        if format == .openMetrics, family.kind == .counter, name.hasSuffix("_total") {
            name.removeLast("_total".count)
        }
        text += "# HELP \(name) \(Self.escaped(family.help, quotes: format == .openMetrics))\n"
        text += "# TYPE \(name) \(type)\n"
        if format == .openMetrics, let unit = family.unit { text += "# UNIT \(name) \(unit)\n" }
    }

    private mutating func distribution(
        _ family: MetricFamily,
        _ labels: [(String, String)],
        _ counts: [Int64],
        _ sum: Double
    ) {
        guard case .histogram(let bounds) = family.kind else { return }
        var total: Int64 = 0
        for (bound, count) in zip(bounds + [.infinity], counts) {
            total += count
            sample("\(family.name)_bucket", labels + [("le", Self.number(bound))], "\(total)")
        }
        sample("\(family.name)_count", labels, "\(total)")
        sample("\(family.name)_sum", labels, Self.number(sum))
    }

    private mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: String) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(value)\n"
    }

    /// A text in which a backslash, a line feed and, where they count, quotes are escaped.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }
}
