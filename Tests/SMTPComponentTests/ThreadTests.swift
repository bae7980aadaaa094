// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPComponent
import SMTPSink
import Testing

/// A component that many tasks use at a time.
@Suite(.timeLimit(.minutes(1))) struct ThreadTests {
    @Test("Of many methods at a time each runs alone or fails with 166, and nothing is lost or mixed up")
    func manyMethods() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        let codes = await withTaskGroup(of: Int.self) { group in
            for number in 0..<40 {
                group.addTask {
                    smtp.subject = "number \(number)"
                    return await ComponentBench.code { try await smtp.send() }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(codes).isSubset(of: [0, 166]))
        #expect(codes.contains(0))
        #expect(receiver.messages.count == codes.count { $0 == 0 })
        #expect(smtp.idle && !smtp.connected)
        await receiver.stop()
    }

    @Test("A method works with the properties as they were when it began")
    func snapshot() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        smtp.onPITrail = { [weak smtp] _, _ in smtp?.subject = "changed meanwhile" }
        try await smtp.send()
        #expect(receiver.header().contains("Subject: Hello"))
        #expect(smtp.subject == "changed meanwhile")
        await receiver.stop()
    }

    @Test("A component never shows the password it holds")
    func secrets() {
        let smtp = SMTP()
        smtp.password = "pa55word"
        smtp.firewallPassword = "pa55word"
        smtp.messageText = "pa55word"
        var dumped = ""
        dump(smtp, to: &dumped)
        for text in ["\(smtp)", String(reflecting: smtp), dumped] { #expect(!text.contains("pa55word")) }
    }
}
