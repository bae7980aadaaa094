// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPProtocol
import Testing

/// Every `.dialogue` file against the pure machine.
@Suite struct DialogueTests {
    @Test("The dialogues are found")
    func dialoguesAreFound() {
        #expect(DialogueLibrary.names.count >= 120)
    }

    @Test(
        "The session goes as written, whether the server's lines arrive at once or byte by byte",
        arguments: DialogueLibrary.names
    )
    func sessionGoesAsWritten(name: String) throws {
        let dialogue = try DialogueLibrary.load(name)
        for segmentation in [Rehearsal.Segmentation.asSent, .byteByByte] {
            try rehearse(dialogue, segmentation)
        }
    }

    @Test(
        "Where transactions overlap it goes as written wherever the server's bytes are cut in two",
        arguments: DialogueLibrary.names.filter { $0.hasPrefix("overlap") }
    )
    func overlapGoesAsWritten(name: String) throws {
        let dialogue = try DialogueLibrary.load(name)
        let byteCount = dialogue.steps.reduce(0) { count, step in
            if case .server(let bytes) = step { count + bytes.count } else { count }
        }
        for position in 1..<byteCount { try rehearse(dialogue, .cut(after: position)) }
    }

    private func rehearse(_ dialogue: Dialogue, _ segmentation: Rehearsal.Segmentation) throws {
        var rehearsal = Rehearsal(dialogue, segmentation)
        try rehearsal.play()
        #expect(rehearsal.replies == dialogue.commands.map(\.code))
        try #require(rehearsal.outcomes.count == dialogue.messages.count)
        for (outcome, message) in zip(rehearsal.outcomes, dialogue.messages) {
            #expect(message.expectation.mismatch(with: outcome) == nil)
        }
        #expect(rehearsal.fault?.kind == dialogue.fault?.kind)
        #expect(rehearsal.fault?.code == dialogue.fault?.code)
    }

    @Test("A dialogue that is not followed fails, so that none passes by chance")
    func dialogueNotFollowedFails() throws {
        let text = """
            From: <a@app.example>
            To: <b@example.net>
            Expect: delivered

            S: 220 relay.example
            C: EHLO other.example
            """
        var rehearsal = Rehearsal(try DialogueParser.parse(text, name: "wrong"), .asSent)
        var failure: Rehearsal.Failure?
        do { try rehearsal.play() } catch let error as Rehearsal.Failure { failure = error }
        #expect(failure?.description.contains("step 2") == true)
    }

    @Test(
        "A dialogue with an unknown field, directive or escape is refused",
        arguments: [
            "Colour: red\nS: 220", "! jump\n", "S: \\q", "S: 220\nFrom: <a@b.example>",
            "To: <a@b.example>\nS: 220", "",
        ]
    )
    func malformedDialogueIsRefused(text: String) {
        #expect(throws: DialogueParser.Failure.self) { try DialogueParser.parse(text, name: "malformed") }
    }

    @Test("An expectation that is not met says so")
    func unmetExpectationSaysSo() {
        var expectation = DialogueExpectation()
        expectation.relayFault = .timeout
        let fault = RelayFault(kind: .connect, phase: .connect, code: nil, text: "no")
        #expect(expectation.mismatch(with: .relayFault(fault)) != nil)
        #expect(expectation.mismatch(with: .settled([])) != nil)
        #expect(DialogueExpectation().mismatch(with: .relayFault(fault)) != nil)
    }
}
