// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import Testing

@testable import Spool

@Suite struct QueueFileEnvelopeTests {
    private static func envelopes() throws -> [QueueFileEnvelope] {
        [
            QueueFileEnvelope(),
            QueueFileEnvelope(sender: try EnvelopeSender(path: .null)),
            QueueFileEnvelope(recipients: [try EnvelopeRecipient(parsing: "a@b.example")]),
            QueueFileEnvelope(
                sender: try EnvelopeSender(
                    parsing: "<\"a b\\\"c\"@d.example> RET=HDRS ENVID=x+2By BODY=8BITMIME SMTPUTF8 AUTH=<>"
                ),
                recipients: [
                    try EnvelopeRecipient(parsing: "<bärbel@müller.example> NOTIFY=NEVER"),
                    try EnvelopeRecipient(parsing: "a@[IPv6:2001:db8::1] ORCPT=rfc822;a@b.example"),
                    try EnvelopeRecipient(parsing: "a@b.example"),
                    try EnvelopeRecipient(parsing: "a@b.example"),
                ],
                after: Timestamp(millisecondsSinceEpoch: 1_795_500_603_123),
                expires: .latest,
                priority: -9,
                relay: "relay_1.example-net"
            ),
            QueueFileEnvelope(after: .earliest, priority: 9, relay: String(repeating: "r", count: 64)),
        ]
    }

    @Test("What is written is read again as it was, and the message follows")
    func roundTrip() throws {
        for envelope in try Self.envelopes() {
            let block = try envelope.encoded()
            let result = try #require(
                try QueueFileParser.parse(block + Array("Queue-To: none\n".utf8), isWhole: true)
            )
            #expect(result.envelope == envelope)
            #expect(result.messageOffset == block.count)
            #expect(result.statedLength == nil)
        }
    }

    @Test("T5: no relay name with a control or separator is written", arguments: HostileValues.separators)
    func T5_controlsAtEnqueue(separator: Unicode.Scalar) {
        for relay in [
            "a\(separator)b", "\(separator)", "a\(separator)Queue-To: evil@example.net", "a\(separator)",
        ] {
            #expect(throws: SpoolError(.malformed, "")) { try QueueFileEnvelope(relay: relay).encoded() }
        }
    }

    @Test("What could not be read is not written", arguments: [-10, 10, .min, .max])
    func badPriorities(priority: Int) {
        #expect(throws: SpoolError(.malformed, "")) { try QueueFileEnvelope(priority: priority).encoded() }
    }

    @Test("More recipients than are read are not written, nor a longer block")
    func tooManyRecipients() throws {
        let limit = QueueFileParser.recipientLimit
        let short = try EnvelopeRecipient(parsing: "a@b.example")
        let long = try EnvelopeRecipient(
            parsing: "a@b.example ORCPT=rfc822;" + String(repeating: "x", count: 400)
        )
        let most = try QueueFileEnvelope(recipients: Array(repeating: short, count: limit)).encoded()
        #expect(try QueueFileParser.parse(most, isWhole: true)?.envelope.recipients.count == limit)
        for recipients in [Array(repeating: short, count: limit + 1), Array(repeating: long, count: limit)] {
            #expect(throws: SpoolError(.malformed, "")) {
                try QueueFileEnvelope(recipients: recipients).encoded()
            }
        }
    }
}
