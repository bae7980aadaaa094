// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import OpenMetrics

@Suite("The text of metrics")
struct ExpositionEncoderTests {
    private func text(
        _ format: ExpositionFormat,
        _ samples: [(MetricFamily, [([String], SeriesValue)])]
    ) -> String {
        var encoder = ExpositionEncoder(format)
        for (family, series) in samples { encoder.add(family, series.map { ($0.0, $0.1) }) }
        return encoder.finish()
    }

    private static let everything: [(MetricFamily, [([String], SeriesValue)])] = [
        (Samples.requests, [(["/", "GET"], .count(3)), (["/", "PUT"], .count(0))]),
        (Samples.bytes, [([], .count(1_048_576))]),
        (Samples.level, [(["a"], .level(2.5))]),
        (Samples.time, [(["a"], .distribution(counts: [2, 1, 4], sum: 9.25))]),
    ]

    @Test("in OpenMetrics names counters without their suffix, has units, and ends with EOF")
    func openMetrics() {
        #expect(
            text(.openMetrics, Self.everything) == """
                # HELP x_requests Requests.
                # TYPE x_requests counter
                x_requests_total{path="/",verb="GET"} 3
                x_requests_total{path="/",verb="PUT"} 0
                # HELP x_sent_bytes Bytes.
                # TYPE x_sent_bytes counter
                # UNIT x_sent_bytes bytes
                x_sent_bytes_total 1048576
                # HELP x_level Level.
                # TYPE x_level gauge
                x_level{tank="a"} 2.5
                # HELP x_time_seconds Time.
                # TYPE x_time_seconds histogram
                # UNIT x_time_seconds seconds
                x_time_seconds_bucket{tank="a",le="0.5"} 2
                x_time_seconds_bucket{tank="a",le="1.0"} 3
                x_time_seconds_bucket{tank="a",le="+Inf"} 7
                x_time_seconds_count{tank="a"} 7
                x_time_seconds_sum{tank="a"} 9.25
                # EOF

                """
        )
    }

    @Test("for Prometheus names counters as their samples, and has neither units nor EOF")
    func prometheus() {
        #expect(
            text(.prometheus, Array(Self.everything[1...2])) == """
                # HELP x_sent_bytes_total Bytes.
                # TYPE x_sent_bytes_total counter
                x_sent_bytes_total 1048576
                # HELP x_level Level.
                # TYPE x_level gauge
                x_level{tank="a"} 2.5

                """
        )
    }

    @Test("leaves out a family of which nothing was recorded")
    func nothing() {
        #expect(text(.openMetrics, [(Samples.level, [])]) == "# EOF\n")
        #expect(text(.prometheus, []) == "")
    }

    @Test(
        "lets no label out of its quotes",
        arguments: [
            (#"a"} 1"#, #"a\"} 1"#), ("a\nx_level 1", #"a\nx_level 1"#), (#"\"#, #"\\"#), (#"\n"#, #"\\n"#),
            ("\r\n", "\r\\n"), ("größe", "größe"), ("a\n\u{301}b", "a\\n\u{301}b"), ("", ""),
        ]
    )
    func labels(value: String, escaped: String) {
        for format in [ExpositionFormat.openMetrics, .prometheus] {
            let lines = text(format, [(Samples.level, [([value], .level(1))])])
            #expect(
                lines.utf8.split(separator: UInt8(ascii: "\n"))[2].elementsEqual(
                    "x_level{tank=\"\(escaped)\"} 1.0".utf8
                )
            )
        }
    }

    @Test("escapes quotes in help for OpenMetrics alone")
    func help() {
        let family = MetricFamily(name: "x", kind: .gauge, unit: nil, labels: [], help: "a \"b\" \\ c\nd")
        #expect(
            text(.openMetrics, [(family, [([], .level(0))])]).hasPrefix(#"# HELP x a \"b\" \\ c\nd"# + "\n")
        )
        #expect(text(.prometheus, [(family, [([], .level(0))])]).hasPrefix(#"# HELP x a "b" \\ c\nd"# + "\n"))
    }

    @Test(
        "writes every number",
        arguments: [
            (0.0, "0.0"), (-1.5, "-1.5"), (1_764_080_000, "1764080000.0"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"),
            (.nan, "NaN"), (1e300, "1e+300"),
        ]
    )
    func numbers(value: Double, written: String) {
        #expect(text(.prometheus, [(Samples.level, [(["a"], .level(value))])]).hasSuffix("} \(written)\n"))
    }
}
