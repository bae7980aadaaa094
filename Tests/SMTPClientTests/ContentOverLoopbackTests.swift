// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import MailTestKit
import NIOCore
import SMTPClient
import SMTPProtocol
import SMTPSink
import Testing

/// Contents of all sizes between the real client and a sink, after DATA and after BDAT.
@Suite(.timeLimit(.minutes(2))) struct ContentOverLoopbackTests {
    /// How the sink takes contents.
    enum Way: CaseIterable {
        case data
        case chunks
        case chunksOneByOne

        var ignored: Set<String> {
            switch self {
            case .data: ["CHUNKING"]
            case .chunks: []
            case .chunksOneByOne: ["PIPELINING"]
            }
        }
    }

    private func sink(
        _ way: Way,
        change: (inout SinkOptions) -> Void = { _ in }
    ) async throws -> (
        SinkServer, Collector<SinkMessage>
    ) {
        let received = Collector<SinkMessage>()
        let sink = try await ClientBench.sink(
            onMessage: { received.add($0) },
            change: { options in
                options.reportsContent = true
                options.capabilities.removeAll { way.ignored.contains($0) }
                change(&options)
            }
        )
        return (sink, received)
    }

    private func verdicts(_ outcome: TransactionOutcome) -> [RecipientOutcome.Verdict]? {
        if case .settled(let outcomes) = outcome { outcomes.map(\.verdict) } else { nil }
    }

    /// Lines of LF, some of them beginning with a dot, as many bytes as wanted.
    private func message(_ byteCount: Int) -> [UInt8] {
        let line = Array(".line of sixty-four bytes, so that it fits in nicely everywhere \n".utf8)
        return Array((0..<(byteCount / line.count + 1)).flatMap { _ in line }.prefix(byteCount))
    }

    @Test("Contents of every size arrive whole, lines ended by CR LF", arguments: Way.allCases)
    func contentsArriveWhole(way: Way) async throws {
        let (sink, received) = try await sink(way)
        let connection = try await ClientBench.connect(ClientBench.settings(port: sink.port))
        let sizes = [0, 1, 100, 63_000, 64 << 10, (64 << 10) + 1, 1 << 20, (1 << 20) + 1, 5_000_000]
        var expected: [[UInt8]] = []
        for size in sizes {
            let bytes = message(size)
            let content = MemoryContent(bytes)
            var naive = bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
            if let last = naive.last, last != 0x0A { naive += [0x0D, 0x0A] }
            expected.append(naive)
            let outcome = await connection.send(try ClientBench.transaction(content.facts), content: content)
            #expect(verdicts(outcome) == [.delivered], "\(size) bytes: \(outcome)")
        }
        await connection.close()
        await sink.stop()
        #expect(received.values.map(\.content.count) == expected.map(\.count))
        #expect(received.values.map(\.content) == expected)
    }

    @Test("Progress is told from the first byte to the last, once each", arguments: Way.allCases)
    func progressIsTold(way: Way) async throws {
        let (sink, _) = try await sink(way)
        let connection = try await ClientBench.connect(ClientBench.settings(port: sink.port))
        for byteCount in [800, 3_000_000] as [Int64] {
            let content = GeneratedContent(byteCount: byteCount)
            let told = Collector<Int64>()
            let outcome = await connection.send(
                try ClientBench.transaction(content.facts),
                content: content,
                progress: { told.add($0) }
            )
            #expect(verdicts(outcome) == [.delivered])
            #expect(told.values.first == 0)
            #expect(told.values.last == content.byteCount)
            #expect(told.values == told.values.sorted())
            #expect(Set(told.values).count == told.values.count)
            #expect(told.values.count > (byteCount > 800 ? 3 : 1))
        }
        await connection.close()
        await sink.stop()
    }

    @Test(
        "A content that cannot be read to its end, or that was changed, is never completed",
        arguments: Way.allCases,
        [
            GeneratedContent.Fault.unreadable(at: 0), .unreadable(at: 1_500_000), .short(by: 80), .changed,
        ]
    )
    func brokenContents(way: Way, fault: GeneratedContent.Fault) async throws {
        let (sink, received) = try await sink(way)
        for byteCount in [800, 3_000_000] as [Int64]
        where fault != .unreadable(at: 1_500_000) || byteCount > 800 {
            let connection = try await ClientBench.connect(ClientBench.settings(port: sink.port))
            let content = GeneratedContent(byteCount: byteCount, fault: fault)
            let outcome = await connection.send(try ClientBench.transaction(content.facts), content: content)
            guard case .contentFailed = outcome else {
                Issue.record("\(outcome)")
                return
            }
            // Chunks can be taken back.
            #expect(connection.isOpen == (way != .data))
            await connection.close()
        }
        await sink.stop()
        #expect(received.values.isEmpty)
    }

    @Test(
        "T15: a relay that refuses a chunk gets no more of them, and the connection serves the next message"
    )
    func T15_refusedChunk() async throws {
        let (sink, received) = try await sink(.chunks) {
            $0.overrides = [.init(command: "BDAT", containing: "BDAT 1048", reply: "452 4.3.1 no room")]
        }
        let connection = try await ClientBench.connect(ClientBench.settings(port: sink.port))
        let large = GeneratedContent(byteCount: 50_000_000)
        let refused = await connection.send(try ClientBench.transaction(large.facts), content: large)
        #expect(verdicts(refused) == [.deferred])
        #expect(large.readByteCount < large.byteCount)
        let small = MemoryContent("hello\r\n")
        let outcome = await connection.send(try ClientBench.transaction(small.facts), content: small)
        #expect(verdicts(outcome) == [.delivered])
        await connection.close()
        await sink.stop()
        #expect(received.values.count == 1)
    }

    @Test(
        "With nobody to have it a small content goes along in vain, a large one is not read",
        arguments: Way.allCases
    )
    func allRecipientsRefused(way: Way) async throws {
        let (sink, received) = try await sink(way) {
            $0.overrides = [.init(command: "RCPT", containing: "nobody", reply: "550 5.1.1 nobody")]
        }
        let connection = try await ClientBench.connect(ClientBench.settings(port: sink.port))
        for byteCount in [800, 3_000_000] as [Int64] {
            let content = GeneratedContent(byteCount: byteCount)
            let refused = await connection.send(
                try ClientBench.transaction(content.facts, to: ["nobody@example.net"]),
                content: content
            )
            #expect(verdicts(refused) == [.failed])
            if byteCount > 800 { #expect(content.readByteCount == 0) }
            let accepted = await connection.send(try ClientBench.transaction(content.facts), content: content)
            #expect(verdicts(accepted) == [.delivered])
        }
        await connection.close()
        await sink.stop()
        #expect(received.values.count == 2)
    }

    @Test(
        "A content that cannot be read between others stops none of them that goes in chunks",
        arguments: [Way.chunks, .chunksOneByOne]
    )
    func brokenContentBetweenOthers(way: Way) async throws {
        let (sink, received) = try await sink(way)
        let connection = try await ClientBench.connect(ClientBench.settings(port: sink.port))
        let good = MemoryContent("hello\r\n")
        let bad = GeneratedContent(byteCount: 800, fault: .changed)
        let transactions = [
            try ClientBench.transaction(good.facts), try ClientBench.transaction(bad.facts),
            try ClientBench.transaction(good.facts),
        ]
        async let first = connection.send(transactions[0], content: good)
        async let second = connection.send(transactions[1], content: bad)
        async let third = connection.send(transactions[2], content: good)
        #expect(verdicts(await first) == [.delivered])
        guard case .contentFailed = await second else {
            Issue.record("not failed")
            return
        }
        #expect(verdicts(await third) == [.delivered])
        await connection.close()
        await sink.stop()
        #expect(received.values.count == 2)
    }

    @Test("The trace shows BDAT and nothing of the content")
    func traceShowsNoContent() async throws {
        let (sink, _) = try await sink(.chunks)
        let lines = Collector<String>()
        let connection = try await ClientBench.connect(
            ClientBench.settings(port: sink.port),
            trace: { direction, line in if direction == .sent { lines.add(line) } }
        )
        let content = MemoryContent("secret words\r\n")
        _ = await connection.send(try ClientBench.transaction(content.facts), content: content)
        await connection.close()
        await sink.stop()
        #expect(
            lines.values == [
                "EHLO client.example", "MAIL FROM:<a@app.example> SIZE=14", "RCPT TO:<b@example.net>",
                "BDAT 14 LAST",
                "(14 bytes of content)", "QUIT",
            ]
        )
    }

    @Test("Commands outside of a transaction get their replies; one that cannot be sent changes nothing")
    func commands() async throws {
        let (sink, _) = try await sink(.chunks) {
            $0.overrides = [.init(command: "EXPN", reply: "250-ann@example.net\r\n250 bob@example.net")]
        }
        let connection = try await ClientBench.connect(ClientBench.settings(port: sink.port))
        #expect(try await connection.perform(.verify("ann")).get().code == 252)
        #expect(
            try await connection.perform(.expand("staff")).get().lines == [
                "ann@example.net", "bob@example.net",
            ]
        )
        let refused = await connection.perform(.raw("BDAT 5"))
        #expect(throws: RelayFault.self) { try refused.get() }
        #expect(connection.isOpen)
        await connection.close()
        let late = await connection.perform(.noop)
        #expect(throws: RelayFault.self) { try late.get() }
        await sink.stop()
    }

    @Test("A relay that takes one transaction on a connection gets one")
    func transactionLimit() async throws {
        let (sink, _) = try await sink(.chunks) { $0.capabilities.append("LIMITS MAILMAX=1") }
        let connection = try await ClientBench.connect(ClientBench.settings(port: sink.port))
        #expect(connection.isOpen)
        let content = MemoryContent("hello\r\n")
        _ = await connection.send(try ClientBench.transaction(content.facts), content: content)
        #expect(!connection.isOpen)
        await connection.close()
        await sink.stop()
    }
}
