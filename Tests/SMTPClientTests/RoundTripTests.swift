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
