// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailMessage
import ProgramOutput
import Spool
import Testing

@testable import Submission
@testable import smtpq

@Suite("A message that is enqueued")
struct MessageEnqueuerTests {
    private let envelope: QueueFileEnvelope

    init() throws {
        envelope = QueueFileEnvelope(
            sender: try EnvelopeSender(parsing: "a@b.example"),
            recipients: [try EnvelopeRecipient(parsing: "c@d.example")]
        )
    }

    private func location(_ scratch: ScratchQueue, limit: Int64? = nil) throws -> QueueLocation {
        QueueLocation(path: scratch.path, maximumByteCount: limit)
    }

    @Test(
        "brings no envelope field of its own",
        arguments: ["X-Receiver: <evil@d.example>\n\nx\n", "\nQueue-To: <evil@d.example>\n"]
    )
    func T5_noEnvelopeIsSmuggled(message: String) throws {
        for block in [envelope, QueueFileEnvelope()] {
            let scratch = try ScratchQueue([])
            let stem = MessageStem.random()
            let enqueuer = try MessageEnqueuer(location(scratch))
            let submission = try enqueuer.write(stem, envelope: block) { write throws(CommandFailure) in
                for byte in message.utf8 { try write([byte]) }
            }
            #expect(try enqueuer.commit(submission) == stem)
            var bytes: [UInt8] = []
            try scratch.queue.read(stem, in: .queued) { bytes += $0 }
            let parsed = try #require(try QueueFileParser.parse(bytes, isWhole: true))
            #expect(parsed.envelope == block)
            #expect(String(decoding: bytes[parsed.messageOffset...], as: UTF8.self) == message)
        }
    }

    @Test("is refused as a queue file", arguments: ["Queue-To: <evil@d.example>\n\nx\n", "queue-x"])
    func queueFile(message: String) {
        let error = #expect(throws: CommandFailure.self) {
            try MessageBeginning(Array(message.utf8), isWhole: true)
        }
        #expect(error?.status == .badData)
    }

    @Test("leaves nothing when it is too large, or its envelope is none")
    func nothingStays() throws {
        let scratch = try ScratchQueue([])
        let message = Array(repeating: UInt8(ascii: "x"), count: 1000)
        var broken = envelope
        broken.relay = "a b"
        for (block, limit) in [(envelope, 1000), (broken, 10_000)] as [(QueueFileEnvelope, Int64)] {
            let enqueuer = try MessageEnqueuer(location(scratch, limit: limit))
            let error = #expect(throws: CommandFailure.self) {
                try enqueuer.write(envelope: block) { write throws(CommandFailure) in
                    try write(message[...])
                }
            }
            #expect(error?.status == .badData)
            #expect(scratch.names == [])
        }
    }

    @Test("is asked for more until its header has ended")
    func beginning() throws {
        let header = Array("From: a@b.example\nSubject: x\n".utf8)
        #expect(try MessageBeginning(header, isWhole: false) == nil)
        #expect(try MessageBeginning(header, isWhole: true)?.header.fields.count == 2)
        #expect(try MessageBeginning(header + [0x0A], isWhole: false)?.header.fields.count == 2)
        #expect(
            try MessageBeginning(Array("Subject: torn".utf8), isWhole: true)?.header.has("Subject") == true
        )
        #expect(throws: CommandFailure("the message is empty", .badData)) {
            try MessageBeginning([], isWhole: true)
        }
        let endless = Array("A: ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 1 << 20)
        #expect(throws: CommandFailure.self) { try MessageBeginning(endless, isWhole: false) }
    }
}
