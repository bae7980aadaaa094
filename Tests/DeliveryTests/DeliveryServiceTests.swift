// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Delivery
import Foundation
import Logging
import MailMessage
import NIOCore
import NIOPosix
import SMTPClient
import SMTPProtocol
import SMTPSink
import Spool
import Testing

@Suite("Delivery service")
struct DeliveryServiceTests {
    private func sink(
        _ recorder: SinkRecorder,
        port: Int = 0,
        change: (inout SinkOptions) -> Void = { _ in }
    ) async throws -> SinkServer {
        var options = SinkOptions()
        options.port = port
        change(&options)
        return try await SinkServer.start(options, group: MultiThreadedEventLoopGroup.singleton) {
            recorder.add($0)
        }
    }

    @Test("messages that are there at the start and those that appear later are all delivered once")
    func deliversAll() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder)
        let bench = try ServiceBench(port: sink.port)
        for number in 0..<50 { try bench.drop("early-\(number)", to: ["early-\(number)@example.org"]) }
        try await bench.start()
        for number in 0..<50 { try bench.drop("late-\(number)", to: ["late-\(number)@example.org"]) }
        try await bench.wait(for: "an empty queue") { try bench.queue.listing().names.isEmpty }
        try await bench.stop()
        await sink.stop()
        #expect(recorder.countByRecipient.count == 100)
        #expect(recorder.countByRecipient.values.allSatisfy { $0 == 1 })
    }

    @Test("a relay's limits are kept to: recipients of one transaction, transactions of one connection")
    func keepsToLimits() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder) { $0.capabilities.append("LIMITS RCPTMAX=2 MAILMAX=2") }
        let bench = try ServiceBench(port: sink.port) { $0.relays[0].connections = 1 }
        try bench.drop("many", to: (0..<7).map { "b\($0)@example.org" })
        try await bench.start()
        try await bench.wait(for: "an empty queue") { try bench.queue.listing().names.isEmpty }
        try await bench.stop()
        await sink.stop()
        #expect(recorder.messages.map(\.recipients.count) == [2, 2, 2, 1])
        #expect(recorder.countByRecipient.count == 7)
        #expect(sink.statistics.totalConnectionCount == 2)
    }

    @Test("with KeepQueue a delivered message stays as .sent with a receipt")
    func keepsQueue() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder)
        let bench = try ServiceBench(port: sink.port) { $0.keepQueue = true }
        let stem = try bench.drop("kept")
        try await bench.start()
        try await bench.wait(for: ".sent") { try bench.stems(.sent) == ["kept"] }
        try await bench.stop()
        await sink.stop()
        let summary = try bench.queue.summary(of: stem, in: .sent)
        #expect(summary.recipients.map(\.state) == [.delivered])
        #expect(summary.attempts == 1)
    }

    @Test(
        "one recipient deferred of three: the two get it once, the third is retried when it is flushed, also after a restart"
    )
    func partialSuccess() async throws {
        let recorder = SinkRecorder()
        let first = try await sink(recorder) {
            $0.overrides = [.init(command: "RCPT", containing: "bob@", reply: "451 4.7.1 greylisted")]
        }
        let bench = try ServiceBench(port: first.port)
        let stem = try bench.drop("three", to: ["alice@example.org", "bob@example.org", "carol@example.org"])
        try await bench.start()
        try await bench.wait(for: "a recorded attempt") {
            try bench.queue.state(of: stem) == .queued
                && bench.queue.summary(of: stem, in: .queued).attempts == 1
        }
        try await bench.stop()
        await first.stop()
        let summary = try bench.queue.summary(of: stem, in: .queued)
        #expect(summary.recipients.map(\.state) == [.delivered, .deferred, .delivered])
        #expect(summary.lastReason == "451 4.7.1 greylisted")
        #expect(try #require(summary.nextAttempt) > Timestamp.now())

        let second = try await sink(recorder)
        bench.settings.relays[0].connection.relay.port = second.port
        try await bench.start()
        try bench.queue.touch(stem)
        try await bench.wait(for: "an empty queue") { try bench.queue.listing().names.isEmpty }
        try await bench.stop()
        await second.stop()
        #expect(recorder.countByRecipient.values.allSatisfy { $0 == 1 })
        #expect(recorder.countByRecipient.count == 3)
    }

    @Test("a refusal for good makes the message .failed, with the reply in its journal")
    func refused() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder) {
            $0.overrides = [.init(command: "RCPT", reply: "550 5.1.1 no such user")]
        }
        let bench = try ServiceBench(port: sink.port)
        let stem = try bench.drop("refused")
        try await bench.start()
        try await bench.wait(for: ".failed") { try bench.stems(.failed) == ["refused"] }
        try await bench.stop()
        await sink.stop()
        #expect(try bench.queue.summary(of: stem, in: .failed).lastReason == "550 5.1.1 no such user")
        #expect(recorder.messages.isEmpty)
    }

    @Test(
        "the sender is told of a refusal, and of a message that his report could not be delivered nobody is"
    )
    func reports() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder) {
            $0.overrides = [
                .init(command: "RCPT", containing: "bob@", reply: "550 5.1.1 no such user"),
                .init(command: "RCPT", containing: "nobody@", reply: "550 5.1.1 no such user"),
            ]
        }
        let bench = try ServiceBench(port: sink.port) { $0.reports = try? ReportSamples.policy() }
        let stem = try bench.drop(
            "refused",
            to: ["bob@example.org", "carol@example.org", "dave@example.org"]
        )
        let lost = try bench.drop("lost", from: "nobody@example.org")
        try await bench.start()
        try await bench.wait(for: "an end of all") {
            try bench.stems(.failed).count == 3 && bench.stems(.queued).isEmpty
                && bench.stems(.sending).isEmpty
        }
        try await bench.stop()
        await sink.stop()
        let arrived = recorder.messages.map { "\($0.sender) \($0.recipients)" }
        #expect(
            arrived.count == 2
                && arrived.count { $0.contains("alice@example.net") && $0.contains("carol@") } == 1
        )
        #expect(
            arrived.count { !$0.contains("carol@") && $0.contains("alice@example.net") } == 1,
            "the report"
        )
        for message in [stem, lost] {
            let journal = try #require(try bench.queue.journal(of: message))
            let records = JournalFormat.records(in: journal).map(\.record)
            #expect(records.contains { if case .report("failed", .some) = $0 { true } else { false } })
        }
    }

    @Test("while the relay is down mail waits without an attempt counted; when it is back everything flows")
    func relayDownThenUp() async throws {
        let recorder = SinkRecorder()
        let reserved = try await sink(recorder)
        let port = reserved.port
        await reserved.stop()
        let bench = try ServiceBench(port: port)
        for number in 0..<100 { try bench.drop("m\(number)", to: ["m\(number)@example.org"]) }
        try await bench.start()
        await bench.observer.wait { $0.statuses.contains { $0.contains("relay primary open") } }
        try await bench.wait(for: "nothing claimed") { try bench.stems(.queued).count == 100 }
        #expect(try bench.queue.listing().names.allSatisfy { if case .message = $0 { true } else { false } })
        let sink = try await sink(recorder, port: port)
        try await bench.wait(for: "an empty queue") { try bench.queue.listing().names.isEmpty }
        try await bench.stop()
        await sink.stop()
        #expect(recorder.countByRecipient.count == 100)
        #expect(recorder.messages.count == 100)
    }

    @Test(
        "a message that makes the relay hang up counts as deferred after three times, and others get through"
    )
    func poisonMessage() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder) {
            $0.overrides = [.init(command: "RCPT", containing: "poison@", reply: "421 4.3.2 closing")]
            // A relay that closes with chunks unread resets the connection, and its 421 may be lost on the way.
            $0.capabilities.removeAll { $0 == "CHUNKING" }
        }
        let bench = try ServiceBench(port: sink.port) { $0.relays[0].connections = 1 }
        let poison = try bench.drop("a-poison", to: ["poison@example.org"])
        for number in 0..<5 { try bench.drop("good-\(number)", to: ["good-\(number)@example.org"]) }
        try await bench.start()
        try await bench.wait(for: "the others") { recorder.messages.count == 5 }
        try await bench.wait(for: "a counted attempt") {
            try bench.queue.state(of: poison) == .queued
                && bench.queue.summary(of: poison, in: .queued).attempts == 1
        }
        try await bench.stop()
        await sink.stop()
    }

    @Test("what is no message becomes .failed with the line and the reason, and holds up nothing")
    func malformed() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder)
        let bench = try ServiceBench(port: sink.port)
        try "Queue-Bad: 1\n\nSubject: x\n\n".write(
            toFile: bench.path + "/bad.queued",
            atomically: false,
            encoding: .utf8
        )
        try bench.drop("good")
        try await bench.start()
        try await bench.wait(for: "the good one") { recorder.messages.count == 1 }
        try await bench.wait(for: "the bad one") { try bench.stems(.failed) == ["bad"] }
        try await bench.stop()
        await sink.stop()
        let reason = try bench.queue.summary(of: MessageStem("bad"), in: .failed).lastReason
        #expect(reason == "line 1: Queue-Bad is not a known field")
    }

    @Test("a second service on the same directory is refused")
    func locked() async throws {
        let bench = try ServiceBench(port: 9)
        let lock = try bench.queue.lock()
        await #expect(throws: SpoolError(.locked, "")) {
            let service = DeliveryService(
                settings: bench.settings,
                queue: bench.queue,
                group: MultiThreadedEventLoopGroup.singleton,
                log: DeliveryLog(logger: .init(label: "test")),
                observer: bench.observer
            )
            try await service.run()
        }
        withExtendedLifetime(lock) {}
    }

    @Test("a stop while the relay is slow returns what is not finished to the queue")
    func stops() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder) { $0.delay = .seconds(60) }
        let bench = try ServiceBench(port: sink.port) { $0.stopGrace = .seconds(1) }
        for number in 0..<30 { try bench.drop("m\(number)") }
        try await bench.start()
        // "delivering: 12 active, 18 queued, …": each of ten connections has at least one.
        await bench.observer.wait {
            $0.statuses.contains { (Int($0.split(separator: " ")[1]) ?? 0) >= 10 }
        }
        try await bench.stop()
        await sink.stop()
        #expect(try bench.stems(.sending).isEmpty)
        #expect(try bench.stems(.queued).count == 30)
    }

    @Test(
        "with ExitWhenIdle it ends by itself after the mail, but not while a name is left that would start it again"
    )
    func endsWhenIdle() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder)
        let bench = try ServiceBench(port: sink.port) { $0.exitWhenIdle = .seconds(1) }
        let stranger = bench.path + "/no message.queued"
        try "text".write(toFile: stranger, atomically: false, encoding: .utf8)
        try bench.drop("m")
        try await bench.start()
        try await bench.wait(for: "the message") { recorder.messages.count == 1 }
        let beats = bench.observer.now.beats
        await bench.observer.wait { $0.beats >= beats + 4 }
        #expect(!bench.observer.now.statuses.contains { $0.hasPrefix("stopping") })
        try FileManager.default.removeItem(atPath: stranger)
        try await bench.end()
        await sink.stop()
        #expect(try bench.queue.listing().names.isEmpty)
    }

    @Test("a stop does not wait for a relay that has not greeted yet", .timeLimit(.minutes(1)))
    func stopsWhileConnecting() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder) { $0.commandDelay = .seconds(3600) }
        let bench = try ServiceBench(port: sink.port) { $0.stopGrace = .seconds(3600) }
        try bench.drop("m")
        try await bench.start()
        try await bench.wait(for: "a connection") { sink.statistics.connectionCount > 0 }
        try await bench.stop()
        await sink.stop()
        #expect(try bench.stems(.queued) == ["m"])
    }

    @Test("a reload to another relay applies to mail that is queued already")
    func reloads() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder)
        let bench = try ServiceBench(port: 9)
        try bench.drop("m")
        try await bench.start()
        await bench.observer.wait { $0.statuses.contains { $0.contains("relay primary open") } }
        bench.settings.relays[0].connection.relay.port = sink.port
        await bench.reload()
        try await bench.wait(for: "an empty queue") { try bench.queue.listing().names.isEmpty }
        try await bench.stop()
        await sink.stop()
        #expect(recorder.messages.count == 1)
    }

    @Test("T28: a queue directory that is deleted and made anew is delivered on, under a lock of its own")
    func directoryReplaced() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder)
        let bench = try ServiceBench(port: sink.port)
        try await bench.start()
        try FileManager.default.removeItem(atPath: bench.path)
        try FileManager.default.createDirectory(atPath: bench.path, withIntermediateDirectories: false)
        try bench.drop("m")
        try await bench.wait(for: "the message") { recorder.messages.count == 1 }
        #expect(try QueueDirectory.open(bench.path).isLocked())
        try await bench.stop()
        await sink.stop()
    }

    @Test("a file .paused pauses the delivery, and its removal resumes it")
    func pauses() async throws {
        let recorder = SinkRecorder()
        let sink = try await sink(recorder)
        let bench = try ServiceBench(port: sink.port)
        try "".write(toFile: bench.path + "/.paused", atomically: false, encoding: .utf8)
        try bench.drop("m")
        try await bench.start()
        await bench.observer.wait { $0.statuses.contains { $0.hasPrefix("paused") } }
        #expect(recorder.messages.isEmpty)
        try FileManager.default.removeItem(atPath: bench.path + "/.paused")
        try await bench.wait(for: "an empty queue") { try bench.queue.listing().names.isEmpty }
        try await bench.stop()
        await sink.stop()
        #expect(recorder.messages.count == 1)
    }
}
