// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPClient
import SMTPProtocol
import SMTPSink
import Testing

/// Limits of time and rate in the real client.
@Suite(.timeLimit(.minutes(1))) struct LimitsOverLoopbackTests {
    @Test("The content goes out no faster than the rate that is set")
    func rate() async throws {
        let sink = try await ClientBench.sink()
        var settings = ClientBench.settings(port: sink.port)
        settings.maxTransferRate = 256 << 10
        let connection = try await ClientBench.connect(settings)
        let content = GeneratedContent(byteCount: 512 << 10)
        let clock = ContinuousClock()
        let begin = clock.now
        let outcome = await connection.send(try ClientBench.transaction(content.facts), content: content)
        let elapsed = clock.now - begin
        #expect(outcome.fault == nil)
        #expect(elapsed > .seconds(1.85))
        await connection.close()
        await sink.stop()
    }

    @Test("A time for the whole operation counts although each phase has more")
    func absoluteTimeout() async throws {
        let dialogue = try DialogueParser.parse(
            "S: 220 relay.example\nC: EHLO client.example\n! wait 301s\n",
            name: "slow"
        )
        let relay = try await ScriptedRelay.start(dialogue, group: ClientBench.group)
        var settings = ClientBench.settings(port: relay.port)
        settings.timeouts.operation = .seconds(1)
        let fault = try await ClientBench.fault(settings)
        #expect(fault.kind == .timeout)
        #expect(fault.phase == .ehlo)
        #expect(fault.text == "it was not done within 1 s")
    }

    @Test("A line of a reply that is longer than is set is the relay's fault")
    func lineLength() async throws {
        let script = "S: 220 relay.example \(String(repeating: "x", count: 600))\n"
        for (limit, kind) in [(512, RelayFault.Kind.protocolViolation), (700, .connectionLost)] {
            let dialogue = try DialogueParser.parse(
                script + (limit == 700 ? "C: EHLO client.example\n! drop" : ""),
                name: "long"
            )
            let relay = try await ScriptedRelay.start(dialogue, group: ClientBench.group)
            var settings = ClientBench.settings(port: relay.port)
            settings.replyLimits.lineByteCount = limit
            #expect(try await ClientBench.fault(settings).kind == kind)
        }
    }
}
