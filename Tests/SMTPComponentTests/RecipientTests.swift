// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import SMTPComponent
import SMTPSink
import Testing

/// Who gets a message, and what a refusal means.
@Suite(.timeLimit(.minutes(1))) struct RecipientTests {
    @Test("SendTo, Cc and BCc are views of one list; setting them adds")
    func P03_bcc_P04_cc_P40_sendTo() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        smtp.sendTo = "\"Doe, J.\" <j@example.org>"
        smtp.cc = "c@example.net, d@example.net"
        smtp.bcc = "secret@example.net"
        #expect(smtp.sendTo == "b@example.net, \"Doe, J.\" <j@example.org>")
        #expect(smtp.cc == "c@example.net, d@example.net")
        #expect(smtp.bcc == "secret@example.net")
        #expect(smtp.messageRecipientCount == 5)
        try await smtp.send()
        #expect(
            receiver.messages[0].recipients == [
                "<b@example.net>", "<j@example.org>", "<c@example.net>", "<d@example.net>",
                "<secret@example.net>",
            ]
        )
        #expect(receiver.header().contains("To: b@example.net, \"Doe, J.\" <j@example.org>"))
        #expect(receiver.header().contains("Cc: c@example.net, d@example.net"))
        #expect(!receiver.contents[0].contains("secret"))
        #expect(!receiver.contents[0].lowercased().contains("bcc"))
        await receiver.stop()
    }

    @Test("The arrays are as long as the count says; it grows and cuts")
    func P28_messageRecipientCount_P29_messageRecipientAddress_P30_messageRecipientName() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        smtp.messageRecipientCount = 3
        #expect(smtp.messageRecipientAddress.count == 3)
        #expect(smtp.messageRecipientAddress[1] == "")
        #expect(smtp.messageRecipientType[1] == .to)
        smtp.messageRecipientCount = 2
        smtp.messageRecipientAddress[1] = "x@example.net"
        smtp.messageRecipientName[1] = "Xaver \"X\" Doe"
        #expect(smtp.sendTo == "b@example.net, \"Xaver \\\"X\\\" Doe\" <x@example.net>")
        try await smtp.send()
        #expect(receiver.messages[0].recipients == ["<b@example.net>", "<x@example.net>"])
        smtp.messageRecipientCount = 0
        #expect(smtp.sendTo == "")
        #expect(await ComponentBench.code { try await smtp.send() } == 165)
        await receiver.stop()
    }

    @Test("T7: a name is one name, even where a combining mark follows a quote in it")
    func T07_combiningMarkInName() {
        let smtp = ComponentBench.smtp(port: 1)
        smtp.messageRecipientName[0] = "a\"\u{301} <evil@example.net>, \"\u{301}b"
        let other = SMTP()
        other.sendTo = smtp.sendTo
        #expect(other.messageRecipientCount == 1 && other.messageRecipientAddress[0] == "b@example.net")
        #expect(other.messageRecipientName[0] == smtp.messageRecipientName[0])
    }

    @Test("The options of a recipient go with its RCPT, written with a blank or with =, where DSN is offered")
    func P31_messageRecipientOptions() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        smtp.sendTo = "c@example.net"
        smtp.messageRecipientOptions[0] = "NOTIFY SUCCESS,FAILURE,DELAY"
        smtp.messageRecipientOptions[1] = "NOTIFY=NEVER ORCPT=rfc822;x@example.net"
        try await smtp.send()
        #expect(
            receiver.messages[0].recipients == [
                "<b@example.net> NOTIFY=SUCCESS,FAILURE,DELAY",
                "<c@example.net> NOTIFY=NEVER ORCPT=rfc822;x@example.net",
            ]
        )
        smtp.messageRecipientOptions[0] = "NOTIFY=SOMETIMES"
        #expect(await ComponentBench.code { try await smtp.send() } == 192)
        await receiver.stop()
        let plain = try await MailReceiver.start { $0.capabilities = ["PIPELINING"] }
        let other = ComponentBench.smtp(port: plain.port)
        other.messageRecipientOptions[0] = "NOTIFY=NEVER"
        try await other.send()
        #expect(plain.messages[0].recipients == ["<b@example.net>"])
        await plain.stop()
    }

    @Test("The type of a recipient decides its header")
    func P32_messageRecipientType() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        smtp.messageRecipientCount = 3
        smtp.messageRecipientAddress[1] = "c@example.net"
        smtp.messageRecipientType[1] = .cc
        smtp.messageRecipientAddress[2] = "d@example.net"
        smtp.messageRecipientType[2] = .bcc
        try await smtp.send()
        #expect(
            receiver.header() == [
                "From: a@app.example", "To: b@example.net", "Cc: c@example.net", "Subject: Hello",
            ]
        )
        #expect(receiver.messages[0].recipients.count == 3)
        await receiver.stop()
    }

    @Test("An index that does not exist is no trap, but the error of the next method")
    func badIndex() async {
        let smtp = ComponentBench.smtp(port: 1)
        smtp.messageRecipientAddress[7] = "x@example.net"
        #expect(smtp.lastError == SMTPError(.noSuchIndex))
        #expect(await ComponentBench.code { try await smtp.send() } == 193)
        #expect(smtp.messageRecipientName[-1] == "")
    }

    @Test("With AllowEmptyTo copies alone are enough, no recipient at all is not")
    func C01_allowEmptyTo() async throws {
        let receiver = try await MailReceiver.start()
        let smtp = ComponentBench.smtp(port: receiver.port)
        smtp.messageRecipientCount = 0
        smtp.bcc = "c@example.net"
        #expect(await ComponentBench.code { try await smtp.send() } == 165)
        #expect(try smtp.config("AllowEmptyTo=True") == "True")
        try await smtp.send()
        #expect(receiver.messages[0].recipients == ["<c@example.net>"])
        smtp.messageRecipientCount = 0
        #expect(await ComponentBench.code { try await smtp.send() } == 165)
        await receiver.stop()
    }

    private func refusing(_ address: String) -> (inout SinkOptions) -> Void {
        { $0.overrides = [.init(command: "RCPT", containing: address, reply: "550 5.1.1 no \(address)")] }
    }

    @Test("A refused To or Cc fails the send, and nobody gets the message", arguments: [true, false])
    func C10_stopOnToErrors_C11_stopOnCcErrors(isTo: Bool) async throws {
        let receiver = try await MailReceiver.start(refusing("bad@example.net"))
        let smtp = ComponentBench.smtp(port: receiver.port)
        if isTo { smtp.sendTo = "bad@example.net" } else { smtp.cc = "bad@example.net" }
        let log = EventLog(smtp)
        let error = await ComponentBench.error { try await smtp.send() }
        #expect(error?.code == 161)
        #expect(error?.description.contains("550 5.1.1 no bad@example.net") == true)
        #expect(receiver.messages.isEmpty)
        #expect(log.errors.isEmpty)
        // Told to go on, it fires an event and goes on.
        try smtp.config(isTo ? "StopOnToErrors=False" : "StopOnCcErrors=False")
        try await smtp.send()
        #expect(receiver.messages.map(\.recipients) == [["<b@example.net>"]])
        #expect(log.errors == [161])
        await receiver.stop()
    }

    @Test("A refused BCc fires the event Error and fails nothing, unless StopOnBccErrors says so")
    func C12_stopOnBccErrors_E03_error() async throws {
        let receiver = try await MailReceiver.start(refusing("bad@example.net"))
        let smtp = ComponentBench.smtp(port: receiver.port)
        smtp.bcc = "bad@example.net"
        let log = EventLog(smtp)
        try await smtp.send()
        #expect(receiver.messages.map(\.recipients) == [["<b@example.net>"]])
        #expect(log.errors == [161])
        try smtp.config("StopOnBccErrors=True")
        #expect(await ComponentBench.code { try await smtp.send() } == 161)
        #expect(receiver.messages.count == 1)
        await receiver.stop()
    }

    @Test("When everyone is refused the send fails whatever the settings say")
    func everyoneRefused() async throws {
        let receiver = try await MailReceiver.start(refusing("example.net"))
        let smtp = ComponentBench.smtp(port: receiver.port)
        try smtp.config("StopOnToErrors=False")
        #expect(await ComponentBench.code { try await smtp.send() } == 161)
        #expect(receiver.messages.isEmpty)
        await receiver.stop()
    }

    @Test("T7: a recipient with a line end in it is refused, and nothing is sent")
    func T07_lineEndInRecipient() async {
        let smtp = ComponentBench.smtp(port: 1)
        smtp.messageRecipientAddress[0] = "b@example.net>\r\nRCPT TO:<c@example.net"
        #expect(await ComponentBench.code { try await smtp.send() } == 196)
        smtp.messageRecipientAddress[0] = "b@example.net"
        smtp.messageRecipientOptions[0] = "NOTIFY=NEVER\r\nRSET"
        #expect(await ComponentBench.code { try await smtp.send() } == 192)
    }
}
