// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import NIOCore
import SMTPClient
import Testing

@testable import struct SMTPClient.SessionTrace

/// What a trace shows of bytes that come in pieces.
struct SessionTraceTests {
    private func shown(_ pieces: [Substring], isLoggingIn: Bool = false) -> [String] {
        let lines = Collector<String>()
        var trace = SessionTrace { _, line in lines.add(line) }
        for piece in pieces { trace.received(ByteBuffer(substring: piece), isLoggingIn: isLoggingIn) }
        return lines.values
    }

    @Test("A line is shown once, whole, wherever the pieces end")
    func everySplit() {
        let text = "250-relay.example\r\n250 SIZE\r\n"
        for split in text.unicodeScalars.indices {
            #expect(shown([text[..<split], text[split...]]) == ["250-relay.example", "250 SIZE"])
        }
    }

    @Test("T18: a challenge does not show, wherever the pieces end")
    func T18_challengeInPieces() {
        let text = "334 c2VjcmV0\r\n"
        for split in text.unicodeScalars.indices {
            #expect(shown([text[..<split], text[split...]], isLoggingIn: true) == ["334 (hidden)"])
        }
    }

    @Test("T2: a line without an end takes no memory, and shows its beginning when it ends")
    func T2_endlessLine() {
        let piece = Substring(String(repeating: "x", count: 1000))
        let lines = shown(Array(repeating: piece, count: 100) + ["\r\n"])
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.utf8.count < 600 })
    }
}
