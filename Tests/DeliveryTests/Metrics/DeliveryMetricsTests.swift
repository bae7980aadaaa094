// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MetricsTestKit
import NIOPosix
import SMTPProtocol
import SMTPSink
import Spool
import Testing

@testable import Delivery

@Suite("The metrics of the delivery", .timeLimit(.minutes(1)))
struct DeliveryMetricsTests {
    private let backEnd = TestMetrics()

    private func total(_ kind: MetricKind, _ dimensions: [(String, String)] = []) -> Int64 {
        backEnd.counterTotal(label: kind.rawValue, dimensions: dimensions)
    }

    private func level(_ kind: MetricKind, _ dimensions: [(String, String)] = []) throws -> Double? {
        try backEnd.expectMeter(kind.rawValue, dimensions).lastValue
    }

    private func service(_ port: Int) throws -> ServiceBench {
        let bench = try ServiceBench(port: port)
        bench.metrics = DeliveryMetrics(factory: backEnd)
        return bench
    }

    @Test("count each recipient under its relay and outcome, and each message by what became of it")
    func outcomes() async throws {
        var options = SinkOptions()
        options.overrides = [
            .init(command: "RCPT", containing: "later@", reply: "451 4.7.1 greylisted"),
            .init(command: "RCPT", containing: "never@", reply: "550 5.1.1 unknown"),
        ]
        let sink = try await SinkServer.start(options, group: MultiThreadedEventLoopGroup.singleton)
        let bench = try service(sink.port)
        try bench.drop("good")
        try bench.drop("mixed", to: ["alice@example.net", "never@example.net"])
        try bench.drop("late", to: ["later@example.net"])
        try await bench.start()
        try await bench.wait(for: "all outcomes") {
            total(.messagesResolved, [("outcome", "delivered")]) == 1
                && total(.messagesResolved, [("outcome", "failed")]) == 1
                && total(.messagesResolved, [("outcome", "deferred")]) == 1
        }
        try await bench.stop()
        await sink.stop()
        let recipients = ["delivered", "deferred", "failed", "unconfirmed"].map {
            total(.recipients, [("relay", "primary"), ("outcome", $0)])
        }
        #expect(recipients == [2, 1, 1, 0])
        #expect(total(.messagesClaimed) == 3)
        #expect(total(.connectionsOpened, [("relay", "primary")]) >= 1)
        #expect(total(.sentBytes, [("relay", "primary")]) > 0)
        let delay = try backEnd.expectRecorder("smtpqd_delivery_delay_seconds", [("relay", "primary")])
        #expect(delay.values.count == 2)
        #expect(delay.values.allSatisfy { (0..<60).contains($0) })
        for (outcome, count) in [("delivered", 1), ("failed", 1), ("deferred", 1), ("fault", 0)] {
            let labels = [("relay", "primary"), ("outcome", outcome)]
            #expect(
                try backEnd.expectRecorder("smtpqd_transaction_duration_seconds", labels).values.count
                    == count
            )
        }
    }

    @Test("tell of a relay that is down, of mail that waits, and of the last sign of life")
    func relayDown() async throws {
        let bench = try service(9)
        try bench.drop("m")
        try await bench.start()
        let open = [("relay", "primary"), ("state", "open")]
        try await bench.wait(for: "the open state") {
            try level(.relayState, open) == 1 && level(.queueMessages, [("state", "queued")]) == 1
        }
        #expect(total(.relayFaults, [("relay", "primary"), ("kind", "connect")]) >= 1)
        #expect(try level(.relayState, [("relay", "primary"), ("state", "ok")]) == 0)
        #expect(try level(.paused) == 0)
        #expect(try level(.hostFault) == 0)
        for kind in [MetricKind.started, .updated, .lastScan] {
            let age = try Double(Timestamp.now().millisecondsSinceEpoch) / 1000 - #require(try level(kind))
            #expect((-5..<60).contains(age))
        }
        try await bench.stop()
    }

    @Test("no longer show the state of a relay that the configuration has no more, but what it did")
    func retired() async throws {
        let bench = try service(9)
        try await bench.start()
        let labels = [("relay", "primary"), ("state", "ok")]
        try await bench.wait(for: "the state") { try level(.relayState, labels) == 1 }
        bench.settings.relays[0].name = "other"
        await bench.reload()
        #expect(throws: (any Error).self) { try level(.relayState, labels) }
        #expect(throws: (any Error).self) { try level(.connections, [("relay", "primary")]) }
        #expect(try backEnd.expectCounter("smtpqd_sent_bytes_total", [("relay", "primary")]).totalValue == 0)
        try await bench.stop()
    }

    @Test("take a name that is no relay of the configuration for none")
    func unknownRelays() async throws {
        let bench = try service(9)
        try bench.drop("m", fields: ["Queue-Relay: nowhere"])
        try await bench.start()
        try await bench.wait(for: "the outcome") {
            total(.recipients, [("relay", "none"), ("outcome", "deferred")]) == 1
        }
        try await bench.stop()
        let relays = Set(
            backEnd.counters(label: "smtpqd_recipients_total").flatMap(\.dimensions).filter {
                $0.0 == "relay"
            }.map(\.1)
        )
        #expect(relays == ["primary", "none"])
        #expect(backEnd.meters(label: "smtpqd_relay_state").allSatisfy { $0.dimensions[0].1 == "primary" })
    }
}
