// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import ArgumentParser
import MailMessage
import ProgramOutput
import Spool
import Testing

@testable import Submission
@testable import smtpq

@Suite("The envelope of a message to send")
struct EnvelopeRequestTests {
    private func block(_ request: EnvelopeRequest, for message: String) throws -> [String] {
        let header = HeaderBlock(parsing: Array(message.utf8))
        let envelope = try request.envelope(for: header) { () throws(CommandFailure) in
            try SenderArgument.local(user: "me", host: "host.example").sender
        }
        return String(decoding: try envelope.encoded(), as: UTF8.self).split(separator: "\n").dropFirst().map(
            String.init
        )
    }

    private func request(
        _ sender: String? = nil,
        to recipients: String...
    ) throws -> EnvelopeRequest {
        EnvelopeRequest(
            sender: try sender.map { try EnvelopeSender(parsing: $0) },
            recipients: try recipients.map { try EnvelopeRecipient(parsing: $0) }
        )
    }

    @Test("has the sender that is named, else the message's, else the person's")
    func senders() throws {
        let message = "From: App <app@app.example>\n\nx\n"
        #expect(
            try block(request("<>", to: "a@b.example"), for: message) == [
                "Queue-From: <>", "Queue-To: <a@b.example>",
            ]
        )
        #expect(try block(request(to: "a@b.example"), for: message).first == "Queue-From: <app@app.example>")
        #expect(
            try block(request(to: "a@b.example"), for: "Subject: x\n\n").first
                == "Queue-From: <me@host.example>"
        )
    }

    @Test("of -t leaves the recipients to the message")
    func readRecipients() throws {
        let message = "From: a@b.example\nTo: c@d.example\n\nx\n"
        #expect(try block(request(), for: message) == [])
        #expect(try block(request("e@f.example"), for: message) == ["Queue-From: <e@f.example>"])
        var withParameters = try request()
        withParameters.senderParameters = [try ESMTPParameter(keyword: "RET", value: "HDRS")]
        #expect(try block(withParameters, for: message) == ["Queue-From: <a@b.example> RET=HDRS"])
    }

    @Test(
        "of -t is refused without a recipient or a sender in the header",
        arguments: [
            "From: a@b.example\n\nTo: c@d.example\n", "To: c@d.example\n\nx\n",
            "From: a@b.example\nTo: broken <\n\nx\n",
            "From: a@b.example\nTo: undisclosed-recipients:;\n\nx\n",
            "To: c@d.example\nFrom: a@b.example, broken@\n\nx\n", "",
        ]
    )
    func nothingToRead(message: String) {
        let error = #expect(throws: CommandFailure.self) { try block(request(), for: message) }
        #expect(error?.status == .badData)
    }

    @Test("takes a parameter once")
    func parameters() throws {
        var twice = try request("<a@b.example> RET=FULL", to: "c@d.example")
        twice.senderParameters = [try ESMTPParameter(keyword: "RET", value: "HDRS")]
        #expect(throws: CommandFailure("RET stands twice", .badData)) {
            try block(twice, for: "Subject: x\n\n")
        }
    }

    @Test("has options that fit together")
    func options() throws {
        let recipient = try EnvelopeRecipient(parsing: "a@b.example")
        let now = Timestamp(millisecondsSinceEpoch: 1_000_000_000_000)
        func request(_ arguments: String..., to recipients: [EnvelopeRecipient]) throws -> EnvelopeRequest {
            try EnvelopeOptions.parse(arguments).request(recipients: recipients, sender: nil, now: now)
        }
        let full = try request(
            "--notify",
            "failure,delay",
            "--ret",
            "hdrs",
            "--envid",
            "a b+c",
            "--priority",
            "-4",
            to: [recipient]
        )
        #expect(full.recipients.map(\.description) == ["<a@b.example> NOTIFY=FAILURE,DELAY"])
        #expect(full.senderParameters.map(\.description) == ["RET=HDRS", "ENVID=a+20b+2Bc"])
        #expect(full.priority == -4)
        for wrong in [
            ["--priority", "10"], ["--expires", "1h", "--after", "2h"], ["-t"],
            ["--expires", "2001-01-01T00:00:00Z"],
        ] {
            let error = #expect(throws: CommandFailure.self) {
                try EnvelopeOptions.parse(wrong).request(recipients: [recipient], sender: nil, now: now)
            }
            #expect(error?.status == .usage)
        }
        #expect(throws: CommandFailure.self) { try request(to: []) }
        #expect(throws: CommandFailure.self) { try request("-t", "--notify", "never", to: []) }
        #expect(throws: CommandFailure.self) { try request("--notify", "sometimes", to: [recipient]) }
    }

    @Test(
        "has a mark without controls (T5)",
        arguments: ["a\nb", "a\r\nRSET", "a\0b", "a\u{85}b", "\u{2028}"]
    )
    func T5_controlsInAMarkAreRefused(mark: String) throws {
        var request = try request("a@b.example", to: "c@d.example")
        request.senderParameters = [try ESMTPParameter(keyword: "ENVID", value: XText.encode(mark))]
        let error = #expect(throws: CommandFailure.self) { try block(request, for: "Subject: x\n\n") }
        #expect(error?.status == .badData)
    }
}

@Suite("The sender as people write it")
struct SenderArgumentTests {
    @Test(
        "is an address, with parameters, with a name, or nothing",
        arguments: [
            ("a@b.example", "<a@b.example>", nil), ("<a@b.example> RET=FULL", "<a@b.example> RET=FULL", nil),
            ("App <a@b.example>", "<a@b.example>", "App"), ("<>", "<>", nil),
            ("-a@b.example", "<-a@b.example>", nil),
        ] as [(String, String, String?)]
    )
    func right(text: String, sender: String, name: String?) throws {
        let argument = try SenderArgument(text)
        #expect(argument.sender.description == sender)
        #expect(argument.author?.displayName == name)
        #expect((argument.author == nil) == (text == "<>"))
    }

    @Test(
        "is nothing else (T5)",
        arguments: [
            "", "app", "a@b.example, c@d.example", "a@b.example\n", "a\r\nb@c.example", "A\n<a@b.example>",
        ]
    )
    func T5_nothingElse(text: String) {
        #expect(throws: CommandFailure.self) { try SenderArgument(text) }
    }
}
