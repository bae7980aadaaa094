// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import SMTPProtocol
import Testing

/// "Whose fault is it?" as a table.
@Suite struct ReplyClassifierTests {
    private enum Scope: Equatable {
        case done
        case more
        case message(RecipientOutcome.Verdict)
        case relay(RelayFault.Kind)
    }

    private func reply(_ text: String) -> Reply {
        Reply(code: Int(text.prefix(3)) ?? 0, lines: [PrintableText(text.dropFirst(4))])
    }

    private func scope(_ text: String, _ phase: SessionPhase, accepted: Int = 0) -> Scope {
        switch ReplyClassifier.judge(reply(text), to: phase, acceptedRecipientCount: accepted) {
        case .completed: .done
        case .intermediate: .more
        case .refused(let outcome): .message(outcome.verdict)
        case .fault(let fault): .relay(fault.kind)
        }
    }

    @Test("Each command takes the replies it waits for")
    func awaitedReplies() {
        #expect(scope("220 hello", .greeting) == .done)
        #expect(scope("250 hello", .ehlo) == .done)
        #expect(scope("220 go", .startTLS) == .done)
        #expect(scope("334 ", .authentication) == .more)
        #expect(scope("235 ok", .authentication) == .done)
        #expect(scope("250 ok", .mail) == .done)
        #expect(scope("251 ok", .recipient) == .done)
        #expect(scope("252 ok", .recipient) == .done)
        #expect(scope("354 go", .data) == .more)
        #expect(scope("250 ok", .finalDot) == .done)
        #expect(scope("250 ok", .reset) == .done)
        #expect(scope("221 bye", .quit) == .done)
    }

    @Test(
        "A refusal in a transaction is for the recipient or the message",
        arguments: [SessionPhase.mail, .recipient, .data, .chunk, .finalDot]
    )
    func refusalsInATransaction(phase: SessionPhase) {
        for code in [400, 432, 450, 451, 452, 454, 499] {
            #expect(scope("\(code) no", phase) == .message(.deferred))
        }
        for code in [500, 501, 503, 550, 551, 552, 553, 554, 555, 599] {
            #expect(scope("\(code) no", phase) == .message(.failed))
        }
    }

    @Test(
        "T13: a demand for a login is the relay's fault",
        arguments: [SessionPhase.mail, .recipient, .data, .chunk, .finalDot]
    )
    func T13_demandForALogin(phase: SessionPhase) {
        for code in [530, 534, 535, 538] {
            #expect(scope("\(code) no", phase) == .relay(.authenticationRefused))
        }
    }

    @Test("A refusal before any mail is the relay's fault")
    func refusalsBeforeMail() {
        for code in [400, 450, 500, 550, 554] {
            #expect(scope("\(code) no", .greeting) == .relay(.greeting))
            #expect(scope("\(code) no", .ehlo) == .relay(.greeting))
            #expect(scope("\(code) no", .startTLS) == .relay(.tlsRefused))
            #expect(scope("\(code) no", .authentication) == .relay(.authenticationRefused))
        }
        #expect(scope("535 5.7.8 no", .authentication) == .relay(.authenticationRefused))
        #expect(scope("454 4.7.0 later", .authentication) == .relay(.authenticationRefused))
    }

    @Test("421 is the relay closing, in every phase", arguments: SessionPhase.allCases)
    func closingInEveryPhase(phase: SessionPhase) {
        #expect(scope("421 bye", phase) == .relay(.serviceClosing))
    }

    @Test(
        "A success or an invitation nobody waits for is the relay's fault, never a delivery",
        arguments: SessionPhase.allCases
    )
    func unexpectedReplies(phase: SessionPhase) {
        let awaited: [SessionPhase: [Int]] = [
            .greeting: [220], .startTLS: [220], .authentication: [235, 334], .data: [354],
        ]
        let takesAnySuccess: Set<SessionPhase> = [
            .ehlo, .mail, .recipient, .chunk, .finalDot, .reset, .command, .quit,
        ]
        for code in 200..<400 where !(code < 300 && takesAnySuccess.contains(phase)) {
            guard awaited[phase]?.contains(code) != true else { continue }
            #expect(scope("\(code) what", phase) == .relay(.protocolViolation), "\(code) to \(phase)")
        }
    }

    @Test("552 to RCPT defers where it means too many recipients, and fails where it means a full mailbox")
    func tooManyRecipients() {
        #expect(scope("552 5.5.3 too many", .recipient) == .message(.deferred))
        #expect(scope("552 too many", .recipient, accepted: 100) == .message(.deferred))
        #expect(scope("552 mailbox full", .recipient, accepted: 0) == .message(.failed))
        #expect(scope("552 5.2.2 mailbox full", .recipient, accepted: 100) == .message(.failed))
        #expect(scope("552 5.5.3 too many", .mail) == .message(.failed))
        #expect(scope("452 4.5.3 too many", .recipient) == .message(.deferred))
    }

    @Test("An outcome carries the code, the status and the words")
    func outcomeCarriesTheReply() {
        let delivered = ReplyClassifier.delivered(by: reply("250 2.0.0 Ok: queued as 4F1"))
        #expect(
            delivered
                == RecipientOutcome(
                    verdict: .delivered,
                    code: 250,
                    status: EnhancedStatus(class: .success, subject: 0, detail: 0),
                    reply: "Ok: queued as 4F1",
                    isReply: true
                )
        )
    }

    @Test("In the middle of the content only a refusal is an answer")
    func earlyReplies() {
        guard case .refused(let outcome) = ReplyClassifier.judgeEarly(reply("552 5.3.4 too big")) else {
            Issue.record("not refused")
            return
        }
        #expect(outcome.verdict == .failed)
        for text in ["250 ok", "354 go", "220 hello"] {
            guard case .fault(let fault) = ReplyClassifier.judgeEarly(reply(text)) else {
                Issue.record("\(text) is no fault")
                continue
            }
            #expect(fault.kind == .protocolViolation)
        }
    }

    @Test("HELO is tried after 5xx only")
    func helo() {
        #expect(ReplyClassifier.suggestsHELO(reply("502 what")))
        #expect(!ReplyClassifier.suggestsHELO(reply("421 bye")))
        #expect(!ReplyClassifier.suggestsHELO(reply("451 later")))
    }
}
