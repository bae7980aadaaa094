// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPClient
import SMTPProtocol
import Testing

/// Every `.dialogue` file, between the real client and a relay that keeps to the script, over loopback.
@Suite(.timeLimit(.minutes(2))) struct DialogueOverLoopbackTests {
    @Test("The session goes over the wire as written", arguments: DialogueLibrary.names)
    func sessionGoesAsWritten(name: String) async throws {
        let dialogue = try DialogueLibrary.load(name)
        let certificates = try TestCertificates.shared.get()
        let relay = try await ScriptedRelay.start(
            dialogue,
            tls: RelayTLS(certificates.good),
            group: ClientBench.group
        )
        let player = DialoguePlayer()
        let end = await player.play(dialogue, try settings(for: dialogue, port: relay.port))
        let judgement = try await relay.judgement()
        #expect(judgement == nil)
        if let fault = end.fault {
            #expect(fault.kind == dialogue.fault?.kind)
            #expect(fault.code == dialogue.fault?.code)
        } else {
            // A fault that comes when all is said about the message shows only in a session that has ended.
            #expect(end.isOpen == (dialogue.fault == nil))
        }
        #expect(end.replies == dialogue.commands.map(\.code))
        try #require(end.outcomes.count == dialogue.messages.count)
        for (outcome, message) in zip(end.outcomes, dialogue.messages) {
            #expect(message.expectation.mismatch(with: outcome) == nil)
        }
    }

    @Test("A client that leaves the script is told on")
    func deviationIsNoticed() async throws {
        let dialogue = try DialogueParser.parse(
            "S: 220 relay.example\nC: EHLO other.example\n",
            name: "wrong"
        )
        let relay = try await ScriptedRelay.start(dialogue, group: ClientBench.group)
        _ = try await ClientBench.fault(ClientBench.settings(port: relay.port))
        #expect(try await relay.judgement()?.contains("EHLO client.example") == true)
    }

    private func settings(for dialogue: Dialogue, port: Int) throws -> ConnectionSettings {
        var settings = try ClientBench.secureSettings(port: port, security: dialogue.settings.security)
        settings.hello = dialogue.settings.hello
        settings.usesExtensions = dialogue.settings.usesExtensions
        settings.usesChunking = dialogue.settings.usesChunking
        settings.allowsClearTextLogin = dialogue.settings.allowsClearTextLogin
        let mechanisms = dialogue.settings.loginMechanisms
        if !mechanisms.isEmpty {
            settings.login = Login(
                user: dialogue.user,
                password: Secret(dialogue.password),
                mechanism: .named(mechanisms.compactMap(SASLMechanism.init(rawValue:)))
            )
        }
        if dialogue.steps.endsInSilence {
            // The relay stays silent at the end: a time-out that can be waited for, and long enough for a busy machine.
            for phase in SessionPhase.allCases { settings.timeouts[phase] = .seconds(5) }
        }
        return settings
    }
}

extension [DialogueStep] {
    /// Whether the relay waits and then says nothing more.
    fileprivate var endsInSilence: Bool {
        guard let wait = lastIndex(where: { if case .wait = $0 { true } else { false } }) else {
            return false
        }
        return !self[wait...].contains { if case .server = $0 { true } else { false } }
    }
}
