// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import Testing

@testable import Spool

@Suite("T31: a queue file that is not what it should be")
struct QueueFilePrefixTests {
    /// What the parser says about bytes.
    private enum Verdict: Equatable {
        case needsMore
        case block(QueueFileParser.Result)
        case malformed(line: Int?)
    }

    private static let samples: [String] = [
        Samples.message, Samples.plain, Samples.malformed, "", "\n", "\r\n", "Q",
        "Queue-Version: 1\nQueue-From: <>\nQueue-To: a@b.example\nQueue-Length: 3\n\nab\n",
        "X-Sender: a@b.example\nX-Receiver: c@d.example\nX-Mailer: x\n\nbody\n",
        "Queue-Version: 1\nQueue-To: a@b.example\n continued\n\nx\n", "Queue-Version: 9\n\nx",
        "Queue-Relay: a\nQueue-Relay: b\n\nx",
        "Queue-Version: 1\n\u{D}x\n", "queue-priority: 3\nSubject: x\n\n",
        "Queue-To: a@b.example\nnot a header\n",
    ].flatMap { [$0, $0.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")] }

    private func verdict(_ bytes: some Sequence<UInt8>, isWhole: Bool) -> Verdict {
        do throws(SpoolError) {
            return try QueueFileParser.parse(Array(bytes), isWhole: isWhole).map(Verdict.block) ?? .needsMore
        } catch {
            return .malformed(line: error.line)
        }
    }

    @Test("is never taken for another because of where its beginning was cut", arguments: samples)
    func beginningsAgreeWithTheWhole(sample: String) {
        let bytes = Array(sample.utf8)
        let whole = verdict(bytes, isWhole: true)
        #expect(whole != .needsMore)
        for length in 0...bytes.count {
            let beginning = verdict(bytes.prefix(length), isWhole: false)
            #expect(
                beginning == .needsMore || beginning == whole,
                "cut at \(length) of \(sample.debugDescription)"
            )
            #expect(verdict(bytes.prefix(length), isWhole: true) != .needsMore)
        }
    }

    @Test("never traps, and what is read from it can be written and read again")
    func mutationsNeverTrap() throws {
        var generator = SeededGenerator(seed: 31)
        let words = [
            "Queue-", "\n", "\r\n", ":", "<", ">", "@", "\0", "Queue-To: a@b.example\n", " ", "\"", "\\", "é",
            "\u{2028}", "99999999999999999999",
        ]
        for round in 0..<4000 {
            var bytes = Array((Self.samples.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let position = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
                case 1:
                    bytes.insert(
                        contentsOf: Array((words.randomElement(using: &generator) ?? "").utf8),
                        at: position
                    )
                case 2:
                    bytes.removeSubrange(
                        position..<min(bytes.count, position + Int.random(in: 0...9, using: &generator))
                    )
                default: bytes.removeLast(bytes.count - position)
                }
            }
            guard case .block(let result) = verdict(bytes, isWhole: true) else { continue }
            #expect((0...bytes.count).contains(result.messageOffset))
            let again = try QueueFileParser.parse(result.envelope.encoded() + Array("x".utf8), isWhole: true)
            #expect(again?.envelope == result.envelope, "round \(round)")
        }
    }
}
