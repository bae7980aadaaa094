// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore
import Testing

@testable import SMTPSink

/// T16: memory does not grow with the number of chunks.
@Suite struct ManyChunksTests {
    @Test("T16: a million chunks of one byte are one message, and memory stays flat")
    func T16_manyTinyChunks() {
        var options = SinkOptions()
        options.reportsContent = true
        var machine = SinkMachine(options: options)
        _ = machine.handle(.connected)
        _ = machine.handle(
            .bytesReceived(
                ByteBuffer(string: "EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n")
            )
        )
        // A line of 78 bytes, so that the content is right; each of its bytes in a chunk of its own.
        let line = (String(repeating: "x", count: 78) + "\r\n").utf8
        let piece = ByteBuffer(bytes: line.flatMap { Array("BDAT 1\r\n".utf8) + [$0] })
        var replies = 0
        var kept = 0
        var largest = 0
        for _ in 0..<12_500 {
            for action in machine.handle(.bytesReceived(piece)) {
                switch action {
                case .reply(let reply):
                    replies += 1
                    if !reply.hasPrefix("250") { Issue.record("\(reply)") }
                case .keep(let bytes):
                    kept += bytes.readableBytes
                    largest = max(largest, bytes.readableBytes)
                case .open: break
                default: Issue.record("\(action)")
                }
            }
            if machine.waitingByteCount > 0 || machine.input.storageCapacity > 1 << 16 {
                Issue.record("bytes are piling up")
            }
        }
        #expect(replies == 1_000_000)
        #expect(largest <= SinkMachine.pieceByteCount)
        let end = machine.handle(.bytesReceived(ByteBuffer(string: "BDAT 0 LAST\r\n")))
        for case .keep(let bytes) in end { kept += bytes.readableBytes }
        #expect(kept == 1_000_000)
        guard case .store(let message)? = end.last else {
            Issue.record("not stored")
            return
        }
        #expect(message.byteCount == 1_000_000)
    }

    @Test("T16: a chunk is taken as it arrives, however large it is said to be")
    func T16_hugeChunk() {
        var machine = SinkMachine(options: SinkOptions())
        _ = machine.handle(.connected)
        _ = machine.handle(
            .bytesReceived(
                ByteBuffer(string: "EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n")
            )
        )
        #expect(machine.handle(.bytesReceived(ByteBuffer(string: "BDAT \(Int.max)\r\n"))).isEmpty)
        let line = ByteBuffer(string: String(repeating: "x", count: 78) + "\r\n")
        for _ in 0..<1000 {
            #expect(machine.handle(.bytesReceived(line)).isEmpty)
            #expect(machine.waitingByteCount == 0)
        }
    }
}
