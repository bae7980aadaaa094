// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@Suite("The envelope of a plain message")
struct PlainMessageEnvelopeTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let header: String
        let sender: String
        let recipients: [String]
        var testDescription: String { header.debugDescription }
    }

    @Test(
        "comes from Sender or From, and from To, Cc and Bcc; the newest Resent block comes first",
        arguments: [
            Sample(
                header: "From: a@b.example\nTo: c@d.example\n",
                sender: "a@b.example",
                recipients: ["c@d.example"]
            ),
            Sample(
                header:
                    "From: App <a@b.example>\nto: X <x@d.example>, y@d.example\ncc: z@d.example\nBCC: h@d.example\n",
                sender: "a@b.example",
                recipients: ["x@d.example", "y@d.example", "z@d.example", "h@d.example"]
            ),
            Sample(
                header: "Sender: s@b.example\nFrom: a@b.example, b@b.example\nTo: c@d.example\n",
                sender: "s@b.example",
                recipients: ["c@d.example"]
            ),
            Sample(
                header: "From: a@b.example, b@b.example\nTo: c@d.example\n",
                sender: "a@b.example",
                recipients: ["c@d.example"]
            ),
            Sample(
                header: "From: a@b.example\nTo: c@d.example\nTo: e@d.example, C@D.example, c@D.EXAMPLE\n",
                sender: "a@b.example",
                recipients: ["c@d.example", "e@d.example", "C@D.example"]
            ),
            Sample(
                header:
                    "From: a@b.example\nTo: undisclosed-recipients:;\nBcc: team: c@d.example,\r\n e@d.example;\n",
                sender: "a@b.example",
                recipients: ["c@d.example", "e@d.example"]
            ),
            Sample(
                header:
                    "Resent-From: r@b.example\nResent-To: n@d.example\nFrom: a@b.example\nTo: c@d.example\n",
                sender: "r@b.example",
                recipients: ["n@d.example"]
            ),
            Sample(
                header:
                    "Received: x\nResent-Sender: s@b.example\nResent-From: r@b.example\nResent-Bcc: n@d.example\nReceived: y\n"
                    + "Resent-To: old@d.example\nResent-From: o@b.example\nFrom: a@b.example\nTo: c@d.example\n",
                sender: "s@b.example",
                recipients: ["n@d.example"]
            ),
            Sample(
                header:
                    "Resent-To: n@d.example\nResent-From: r@b.example\nResent-To: old@d.example\nResent-From: o@b.example\n\n",
                sender: "r@b.example",
                recipients: ["n@d.example"]
            ),
            Sample(
                header: "Resent-Date: x\nResent-From: r@b.example\nFrom: a@b.example\nTo: c@d.example\n",
                sender: "a@b.example",
                recipients: ["c@d.example"]
            ),
        ]
    )
    func derived(_ sample: Sample) throws {
        let envelope = try PlainMessageEnvelope.derive(
            from: HeaderBlock(parsing: Array((sample.header + "\n").utf8))
        )
        #expect(envelope.sender.description == "<\(sample.sender)>")
        #expect(envelope.recipients.map(\.address.description) == sample.recipients)
    }

    @Test(
        "is refused where something is missing or wrong",
        arguments: [
            ("From: a@b.example\n", EnvelopeError.Code.noRecipient),
            ("From: a@b.example\nTo: \n", .noRecipient),
            ("From: a@b.example\nTo: undisclosed-recipients:;\n", .noRecipient),
            ("", .noRecipient),
            ("To: c@d.example\n", .noSender),
            ("From: \nTo: c@d.example\n", .noSender),
            ("Resent-To: n@d.example\nFrom: a@b.example\nTo: c@d.example\n", .noSender),
            ("From: a@b.example\nTo: c@\n", .address),
            ("From: a@b.example\nTo: c@d.example e@f.example\n", .address),
            ("From: a@b.example\nTo: c\r@d.example\n", .address),
            ("From: a\0@b.example\nTo: c@d.example\n", .address),
            ("From: a@b.example\nTo: c@d.example\nBcc: <\n", .address),
        ]
    )
    func refused(_ header: String, _ code: EnvelopeError.Code) {
        #expect {
            try PlainMessageEnvelope.derive(from: HeaderBlock(parsing: Array((header + "\n").utf8)))
        } throws: {
            ($0 as? EnvelopeError)?.code == code
        }
    }

    @Test("takes a sender that is given, and does not look for another")
    func givenSender() throws {
        let header = HeaderBlock(parsing: Array("From: not an address\nTo: c@d.example\n\n".utf8))
        let envelope = try PlainMessageEnvelope.derive(from: header, sender: EnvelopeSender(path: .null))
        #expect(envelope.sender.path == .null)
    }

    @Test("names the field that is wrong")
    func summary() {
        let header = HeaderBlock(parsing: Array("From: a@b.example\nCc: nobody@\n\n".utf8))
        #expect { try PlainMessageEnvelope.derive(from: header) } throws: {
            ($0 as? EnvelopeError)?.summary.contains("Cc") == true
        }
    }

    @Test("takes a name without a domain for one of this host")
    func names() throws {
        let header = HeaderBlock(
            parsing: Array("From: root (Cron Daemon)\nTo: root, bob@example.org\n\n".utf8)
        )
        let envelope = try PlainMessageEnvelope.derive(from: header)
        #expect(envelope.sender.description == "<root@localhost>")
        #expect(envelope.recipients.map(\.description) == ["<root@localhost>", "<bob@example.org>"])
    }
}
