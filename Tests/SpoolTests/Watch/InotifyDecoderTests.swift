// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailTestKit
import Testing

@testable import Spool

@Suite struct InotifyDecoderTests {
    private func event(_ mask: Int, _ name: String, watch: Int32 = 1) -> [UInt8] {
        let padded =
            name.isEmpty ? [] : Array(name.utf8) + [UInt8](repeating: 0, count: 16 - name.utf8.count % 16)
        let words = [UInt32(bitPattern: watch), UInt32(mask), 0, UInt32(padded.count)]
        return words.withUnsafeBytes { Array($0) } + padded
    }

    private func changes(_ bytes: [UInt8]) -> [QueueChange] {
        bytes.withUnsafeBytes { InotifyDecoder.changes(in: $0) }
    }

    @Test(
        "Each event has its meaning",
        arguments: [
            (Int(IN_MOVED_TO), "a.queued", 0), (Int(IN_CLOSE_WRITE), "a.queued", 1),
            (Int(IN_ATTRIB), "a.queued", 1), (Int(IN_DELETE), "a.queued", 2),
            (Int(IN_MOVED_FROM), "a.queued", 2), (Int(IN_MOVED_TO), ".paused", 3),
            (Int(IN_DELETE), ".paused", 3), (Int(IN_Q_OVERFLOW), "", 4),
            (Int(IN_DELETE_SELF), "", 5), (Int(IN_MOVE_SELF), "", 5), (Int(IN_IGNORED), "", 5),
            (Int(IN_UNMOUNT), "", 5),
        ]
    )
    func meanings(mask: Int, name: String, index: Int) throws {
        let stem = try MessageStem("a")
        let expected: [QueueChange] = [
            .appeared(stem), .touched(stem), .vanished(stem), .pausedChanged, .rescan, .directoryLost,
        ]
        #expect(changes(event(mask, name)) == [expected[index]])
    }

    @Test(
        "Other names and other events mean nothing",
        arguments: ["", "a.sending", "a.journal", ".a.new", "a b.queued", "x", ".status", ".queued"]
    )
    func otherNames(name: String) {
        for mask in [IN_MOVED_TO, IN_CLOSE_WRITE, IN_ATTRIB, IN_DELETE, IN_MOVED_FROM] {
            #expect(changes(event(Int(mask), name)).isEmpty)
        }
        #expect(changes(event(Int(IN_OPEN), "a.queued")).isEmpty)
    }

    @Test("Events cut anywhere give the whole ones before the cut")
    func truncated() throws {
        let stem = try MessageStem("a")
        let first = event(Int(IN_MOVED_TO), "a.queued")
        let second = event(Int(IN_DELETE), "a.queued")
        for length in 0...(first.count + second.count) {
            let expected: [QueueChange] =
                length < first.count
                ? []
                : length < first.count + second.count
                    ? [.appeared(stem)] : [.appeared(stem), .vanished(stem)]
            #expect(changes(Array((first + second).prefix(length))) == expected)
        }
    }

    @Test("Random bytes never trap")
    func randomBytes() {
        var generator = SeededGenerator(seed: 28)
        for _ in 0..<20_000 {
            var bytes = event(Int(IN_MOVED_TO), "a.queued") + event(Int(IN_ATTRIB), "b.queued")
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                    in: 0...255,
                    using: &generator
                )
            }
            _ = changes(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))))
        }
    }
}
