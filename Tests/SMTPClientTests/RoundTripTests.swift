// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import NIOCore
import NIOPosix
import SMTPClient
import SMTPProtocol
import SMTPSink
import Testing

/// How often the client waits for the relay.
@Suite(.timeLimit(.minutes(1))) struct RoundTripTests {
    private static let messageCount = 100

    /// Sends a hundred messages of 4 KiB over one connection, so many at a time.
    private func count(_ capabilities: [String], inHand: Int?) async throws -> TurnCounter.Count {
        let relay = try await TurnCounter.start(capabilities)
        let port = try #require(relay.listener.localAddress?.port)
        let connection = try await ClientBench.connect(ClientBench.settings(port: port))
        let content = GeneratedContent(byteCount: 4096)
        let transaction = try ClientBench.transaction(content.facts)
        let delivered = await withTaskGroup(of: Bool.self) { group in
            var begun = 0
            var delivered = 0
            while begun < Self.messageCount || !group.isEmpty {
                while begun < Self.messageCount, begun - delivered < inHand ?? connection.pipelineDepth {
                    group.addTask {
                        let outcome = await connection.send(transaction, content: content)
                        guard case .settled(let outcomes) = outcome else { return false }
                        return outcomes.map(\.verdict) == [.delivered]
                    }
                    begun += 1
                }
                guard await group.next() == true else { return delivered }
                delivered += 1
            }
            return delivered
        }
        #expect(delivered == Self.messageCount)
        await connection.close()
        try await relay.listener.close()
        let count = try await relay.count.get()
        #expect(count.messages == Self.messageCount)
        return count
    }

    // A segment may be cut in two on its way: so there is some room above what is needed.

    @Test("With PIPELINING a message takes one round trip, and not two as when they are sent one by one")
    func oneRoundTripEach() async throws {
        let count = try await count(["PIPELINING"], inHand: nil)
        #expect(count.turns < Self.messageCount * 3 / 2, "\(count)")
        #expect(count.resets == 0)
        let oneByOne = try await self.count(["PIPELINING"], inHand: 1)
        #expect(oneByOne.turns >= Self.messageCount * 2, "\(oneByOne)")
    }

    @Test(
        "With CHUNKING several messages share a round trip, and not one each as when they are sent one by one"
    )
    func severalShareARoundTrip() async throws {
        let count = try await count(["PIPELINING", "CHUNKING"], inHand: nil)
        #expect(count.turns < Self.messageCount * 3 / 4, "\(count)")
        let oneByOne = try await self.count(["PIPELINING", "CHUNKING"], inHand: 1)
        #expect(oneByOne.turns >= Self.messageCount, "\(oneByOne)")
        #expect(oneByOne.resets == 0)
    }

    @Test("On the event loop of the connection a message is on its way before the call has given way")
    func staysOnTheLoop() async throws {
        let sink = try await ClientBench.sink()
        let loop = ClientBench.group.next()
        let connector = RelayConnector(settings: ClientBench.settings(port: sink.port), loop: loop)
        let connection = try await connector.connect()
        let content = MemoryContent("hello\r\n")
        let transaction = try ClientBench.transaction(content.facts)
        let begun = await LoopActor(loop).begin(transaction, content, over: connection)
        #expect(begun)
        await connection.close()
        await sink.stop()
    }
}
