// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Foundation
import MailMessage
import NIOPosix
import SMTPClient
import SMTPSink
import Spool
import Testing

@Suite("Several relays")
struct SeveralRelaysTests {
    /// A relay that accepts everything, and what it got.
    private struct Sink {
        let recorder = SinkRecorder()
        let server: SinkServer

        init(port: Int = 0, change: (inout SinkOptions) -> Void = { _ in }) async throws {
            var options = SinkOptions()
            options.port = port
            change(&options)
            server = try await SinkServer.start(options, group: MultiThreadedEventLoopGroup.singleton) {
                [recorder] in recorder.add($0)
            }
        }

        func relay(_ name: String, change: (inout RelaySettings) -> Void = { _ in }) -> RelaySettings {
            ServiceBench.relay(name, port: server.port, change: change)
        }
    }

    private func waitForEmptyQueue(_ bench: ServiceBench) async throws {
        try await bench.wait(for: "an empty queue") { try bench.queue.listing().names.isEmpty }
    }

    @Test(
        "while the preferred relay is down the next one takes the mail, and when it is back it takes it again"
    )
    func failsOverAndReturns() async throws {
        let (first, second) = (try await Sink(), try await Sink())
        let port = first.server.port
        await first.server.stop()
        let bench = try ServiceBench(port: port) { $0.relays.append(second.relay("backup")) }
        for number in 0..<50 { try bench.drop("m\(number)") }
        try await bench.start()
        try await waitForEmptyQueue(bench)
        #expect(second.recorder.messages.count == 50)

        let again = try await Sink(port: port)
        var number = 0
        // Each message may be the one that finds out that the relay is back.
        try await bench.wait(for: "a message by the first relay") {
            if try bench.queue.listing().names.isEmpty {
                number += 1
                try bench.drop("n\(number)")
            }
            return !again.recorder.messages.isEmpty
        }
        try await waitForEmptyQueue(bench)
        try await bench.stop()
        await again.server.stop()
        await second.server.stop()
        #expect(again.recorder.messages.count + second.recorder.messages.count == 50 + number)
    }

    @Test("a relay that hangs holds up nothing that goes by another", .timeLimit(.minutes(1)))
    func hungRelay() async throws {
        let (hung, healthy) = (try await Sink { $0.commandDelay = .seconds(3600) }, try await Sink())
        let bench = try ServiceBench(port: 9) {
            $0.stopGrace = .seconds(1)
            $0.relays = [hung.relay("hung"), healthy.relay("healthy")]
            $0.routes = [
                Route(name: "hung", recipients: [.domain("hung.example")], ranks: [[0]]),
                Route(name: "rest", ranks: [[1]]),
            ]
        }
        for number in 0..<300 { try bench.drop("a-\(number)", to: ["x@hung.example"]) }
        for number in 0..<100 { try bench.drop("b-\(number)", to: ["x@healthy.example"]) }
        try await bench.start()
        try await bench.wait(for: "all that can go") { healthy.recorder.messages.count == 100 }
        try await bench.stop()
        await hung.server.stop()
        await healthy.server.stop()
        #expect(try bench.stems(.queued).count == 300)
    }

    @Test(
        "recipients of one message go by the relays of their routes, each once; the one whose relay is down waits"
    )
    func mixedRecipients() async throws {
        let (first, second) = (try await Sink(), try await Sink())
        let port = second.server.port
        await second.server.stop()
        let bench = try ServiceBench(port: first.server.port) {
            $0.relays.append(second.relay("second"))
            $0.routes = [
                Route(name: "second", recipients: [.domain("second.example")], ranks: [[1]]),
                Route(name: "rest", ranks: [[0]]),
            ]
        }
        let stem = try bench.drop("mixed", to: ["a@second.example", "b@first.example", "c@second.example"])
        try await bench.start()
        try await bench.wait(for: "the first relay's part") { first.recorder.messages.count == 1 }
        try await bench.wait(for: "its record") {
            try bench.queue.state(of: stem) == .queued
                && bench.queue.summary(of: stem, in: .queued).recipients.contains { $0.state == .delivered }
        }
        #expect(try bench.queue.summary(of: stem, in: .queued).attempts == 0)
        let again = try await Sink(port: port)
        try await waitForEmptyQueue(bench)
        try await bench.stop()
        await first.server.stop()
        await again.server.stop()
        #expect(first.recorder.messages.map(\.recipients) == [["<b@first.example>"]])
        #expect(again.recorder.messages.map(\.recipients) == [["<a@second.example>", "<c@second.example>"]])
    }

    @Test("a relay's own fault in the midst of a message sends the message on by the next relay")
    func faultInTransaction() async throws {
        let bad = try await Sink { $0.overrides = [.init(command: "RCPT", reply: "421 4.3.2 closing")] }
        let good = try await Sink()
        let bench = try ServiceBench(port: bad.server.port) { $0.relays.append(good.relay("good")) }
        for number in 0..<20 { try bench.drop("m\(number)") }
        try await bench.start()
        try await waitForEmptyQueue(bench)
        try await bench.stop()
        await bad.server.stop()
        await good.server.stop()
        #expect(good.recorder.messages.count == 20)
    }

    @Test(
        "a message goes to the relay that it names, and waits with the reason when there is none of the name"
    )
    func namedRelay() async throws {
        let (first, second) = (try await Sink(), try await Sink())
        let bench = try ServiceBench(port: first.server.port) { $0.relays.append(second.relay("second")) }
        for (name, relay) in [("good", "second"), ("bad", "third")] {
            let text =
                "Queue-From: <>\nQueue-To: <a@b.example>\nQueue-Relay: \(relay)\n\nSubject: x\n\ntext\n"
            try text.write(toFile: bench.path + "/\(name).queued", atomically: false, encoding: .utf8)
        }
        try await bench.start()
        let bad = try MessageStem("bad")
        try await bench.wait(for: "a recorded attempt") {
            try bench.queue.state(of: bad) == .queued
                && bench.queue.summary(of: bad, in: .queued).attempts == 1
        }
        try await bench.wait(for: "the other one") { second.recorder.messages.count == 1 }
        try await bench.stop()
        await first.server.stop()
        await second.server.stop()
        #expect(
            try bench.queue.summary(of: bad, in: .queued).lastReason == "the configuration has no such relay"
        )
        #expect(first.recorder.messages.isEmpty)
    }

    @Test("relays of one rank share the mail")
    func sharing() async throws {
        let (first, second) = (try await Sink(), try await Sink())
        let bench = try ServiceBench(port: first.server.port) {
            $0.relays.append(second.relay("second"))
            $0.routes = [Route(name: "all", ranks: [[0, 1]])]
        }
        for number in 0..<200 { try bench.drop("m\(number)") }
        try await bench.start()
        try await waitForEmptyQueue(bench)
        try await bench.stop()
        await first.server.stop()
        await second.server.stop()
        #expect(first.recorder.messages.count > 20)
        #expect(second.recorder.messages.count > 20)
        #expect(first.recorder.messages.count + second.recorder.messages.count == 200)
    }

    @Test("a rate is kept to: the rest waits and is not lost")
    func rate() async throws {
        let sink = try await Sink()
        let bench = try ServiceBench(port: sink.server.port) {
            $0.relays[0].rates = [RateLimit(5, per: .seconds(3600))]
        }
        for number in 0..<30 { try bench.drop("m\(number)") }
        try await bench.start()
        try await bench.wait(for: "what the rate allows") {
            try sink.recorder.messages.count == 5 && bench.stems(.queued).count == 25
        }
        try await bench.stop()
        await sink.server.stop()
        #expect(sink.recorder.messages.count == 5)
    }

    @Test("no more recipients share a transaction than the configuration allows")
    func recipientsPerTransaction() async throws {
        let sink = try await Sink()
        let bench = try ServiceBench(port: sink.server.port) { $0.relays[0].recipientsPerTransaction = 2 }
        try bench.drop("m", to: (0..<5).map { "r\($0)@example.org" })
        try await bench.start()
        try await waitForEmptyQueue(bench)
        try await bench.stop()
        await sink.server.stop()
        #expect(sink.recorder.messages.map(\.recipients.count) == [2, 2, 1])
    }

    @Test("a reload of the routes applies to mail that stands in line already")
    func reloadsRoutes() async throws {
        let sink = try await Sink()
        let bench = try ServiceBench(port: 9) {
            $0.relays.append(sink.relay("second"))
            $0.routes = [Route(name: "all", ranks: [[0]])]
        }
        for number in 0..<50 { try bench.drop("m\(number)") }
        try await bench.start()
        await bench.observer.wait { $0.statuses.contains { $0.contains("relay primary open") } }
        bench.settings.routes = [Route(name: "all", ranks: [[1]])]
        await bench.reload()
        try await waitForEmptyQueue(bench)
        try await bench.stop()
        await sink.server.stop()
        #expect(sink.recorder.messages.count == 50)
    }
}
