// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Testing

@testable import Delivery

@Suite("The table of metrics")
struct MetricKindTests {
    @Test(
        "keeps the rules for names: lower case, the base unit at the end, total for what only grows",
        arguments: MetricKind.allCases
    )
    func names(kind: MetricKind) {
        let name = kind.rawValue
        #expect(name.hasPrefix("smtpqd_"))
        #expect(name.allSatisfy { $0.isLowercase || $0 == "_" })
        #expect(name.hasSuffix("_total") == (kind.definition.shape == .counter))
        for suffix in ["_count", "_sum", "_bucket", "_created", "_info"] { #expect(!name.hasSuffix(suffix)) }
        if case .histogram = kind.definition.shape { #expect(kind.unit == "seconds") }
    }

    @Test("says in one sentence what each one tells", arguments: MetricKind.allCases)
    func help(kind: MetricKind) {
        #expect(kind.definition.help.hasSuffix("."))
        #expect(!kind.definition.help.contains(". "))
    }

    @Test("has ascending bounds", arguments: MetricKind.allCases)
    func bounds(kind: MetricKind) {
        guard case .histogram(let bounds) = kind.definition.shape else { return }
        #expect(bounds == bounds.sorted() && Set(bounds).count == bounds.count)
    }

    @Test(
        "knows the units",
        arguments: [
            (MetricKind.sentBytes, "bytes"), (.deliveryDelay, "seconds"), (.lastScan, "seconds"),
            (.recipients, nil),
            (.queueMessages, nil),
        ] as [(MetricKind, String?)]
    )
    func units(kind: MetricKind, unit: String?) {
        #expect(kind.unit == unit)
    }
}
