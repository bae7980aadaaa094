// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import OpenMetrics

@Suite("A request for the metrics")
struct ScrapeRulesTests {
    @Test(
        "is answered by method, target and what it accepts",
        arguments: [
            ("GET", "/metrics", nil, .metrics(.prometheus)),
            ("GET", "/metrics?x=/metrics", "*/*", .metrics(.prometheus)),
            (
                "GET", "/metrics", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
                .metrics(.openMetrics)
            ),
            ("GET", "/metrics", "text/plain, Application/OpenMetrics-Text", .metrics(.openMetrics)),
            ("GET", "/", nil, .notFound), ("GET", "/metrics/", nil, .notFound),
            ("GET", "//metrics", nil, .notFound),
            ("GET", "/metrics/../etc", nil, .notFound), ("GET", "http://a/metrics", nil, .notFound),
            ("GET", "", nil, .notFound),
            ("POST", "/", nil, .notFound), ("HEAD", "/metrics", nil, .methodNotAllowed),
            ("POST", "/metrics", nil, .methodNotAllowed), ("get", "/metrics", nil, .methodNotAllowed),
        ] as [(String, String, String?, ScrapeRules.Answer)]
    )
    func answers(method: String, target: String, accept: String?, answer: ScrapeRules.Answer) {
        #expect(ScrapeRules.answer(method: method, target: target, accept: accept) == answer)
    }
}
