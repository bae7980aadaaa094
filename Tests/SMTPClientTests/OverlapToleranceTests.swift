// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import NIOPosix
import SMTPClient
import SMTPProtocol
import Testing

/// What a connector learns of a relay.
@Suite(.timeLimit(.minutes(1))) struct OverlapToleranceTests {
    @Test("A relay that drops what comes with a content is sent one message at a time on the next connection")
    func droppedOnce() async throws {
        // Both messages are the same: nothing hangs on which is asked for first.
        let text = try DialogueLibrary.text("overlap-data-dropped")
            .replacing("b@", with: "a@").replacing("C: bb", with: "C: aa")
        let dialogue = try DialogueParser.parse(text, name: "dropped")
        let relay = try await ScriptedRelay.start(dialogue, group: ClientBench.group)
        var settings = ClientBench.settings(port: relay.port)
        settings.timeouts[.mail] = .seconds(3)
        let connector = RelayConnector(settings: settings, loop: ClientBench.group.next())
        let first = try await connector.connect()
        #expect(first.pipelineDepth == 3)
        let content = MemoryContent("aa\n")
        var transaction = try ClientBench.transaction(content.facts, to: ["a@example.net"])
        transaction.sender = dialogue.messages[0].sender
        async let one = first.send(transaction, content: content)
        async let other = first.send(transaction, content: content)
        let faults = [await one.fault?.kind, await other.fault?.kind]
        #expect(faults.contains(nil) && faults.contains(.timeout))
        let second = try await connector.connect()
        #expect(second.pipelineDepth == 1)
        await second.close()
        _ = try await relay.judgement()
    }
}
