// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import Glibc
import MailMessage
import MailTestKit
import Testing

@testable import Spool

@Suite struct MessageContentTests {
    private static let header = "From: a@b.example\nTo: c@d.example\nDate: x\nMessage-ID: y\n\n"

    private func claimed(_ content: [UInt8]) throws -> (bench: QueueBench, content: MessageContent) {
        let bench = try QueueBench()
        try bench.drop(content, as: "a.queued")
        return (bench, try bench.claim("a").content)
    }

    private func read(_ content: MessageContent, at offset: Int64, count: Int) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let got = try buffer.withUnsafeMutableBytes { try content.read(at: offset, into: $0) }
        return Array(buffer[..<got])
    }

    @Test(
        "The body is read byte for byte, from memory and from the file",
        arguments: [0, 1, 100, 65_000, 66_000, 300_000, 5_000_000]
    )
    func bodies(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let body = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let (bench, content) = try claimed(Array(Self.header.utf8) + body)
        #expect(content.byteCount == Int64(Self.header.utf8.count + size))
        #expect(content.bytes == Array(Self.header.utf8) + body)
        #expect(try read(content, at: content.byteCount, count: 10).isEmpty)
        #expect(try read(content, at: .max, count: 10).isEmpty)
        #expect(try read(content, at: -1, count: 10).isEmpty)
        #expect(try read(content, at: 0, count: 0).isEmpty)
        try content.verifyUnchanged()
        #expect(bench.names == ["a.sending"])
    }

    @Test("What is added to the header of a long message moves the body, and changes nothing of it")
    func longMessageIsCompleted() throws {
        let body = Array(String(repeating: "0123456789abcdef\r\n", count: 10_000).utf8)
        let (_, content) = try claimed(Array("From: a@b.example\nBcc: c@d.example\n\n".utf8) + body)
        let bytes = content.bytes
        #expect(content.byteCount == Int64(bytes.count))
        let header = HeaderBlock(parsing: bytes)
        #expect(header.fields.map(\.name) == ["From", "Date", "Message-ID"])
        #expect(Array(bytes[header.bodyOffset...]) == body)
        #expect(try read(content, at: content.byteCount - 3, count: 10) == Array("f\r\n".utf8))
    }

    /// What somebody may do to a file while it is being sent.
    enum Change: CaseIterable {
        case append
        case overwrite
        case shorten
        case touch
        case setMode
        case rename

        func make(_ bench: QueueBench) throws {
            let path = bench.path(of: "a.sending")
            switch self {
            case .append: try bench.queue.handle.openForAppending("a.sending").write([0])
            case .overwrite:
                let descriptor = open(path, O_WRONLY)
                #expect(pwrite(descriptor, "x", 1, 100_000) == 1)
                close(descriptor)
                bench.setTime(of: "a.sending", to: QueueBench.dropped)
            case .shorten: #expect(truncate(path, 90_000) == 0)
            case .touch: try bench.queue.handle.touch("a.sending")
            case .setMode: #expect(chmod(path, 0o600) == 0)
            case .rename: try bench.queue.handle.rename("a.sending", to: "b.queued")
            }
        }
    }

    @Test("A long file that changes while it is being sent is never sent whole", arguments: Change.allCases)
    func changes(change: Change) throws {
        let (bench, content) = try claimed(
            Array((Self.header + String(repeating: "0123456789", count: 20_000)).utf8)
        )
        try content.verifyUnchanged()
        try change.make(bench)
        #expect(throws: SpoolError(.changed, "")) { try content.verifyUnchanged() }
        if change == .shorten {
            #expect(throws: SpoolError(.changed, "")) { try read(content, at: 95_000, count: 10) }
        }
    }

    @Test(
        "A short file is in memory: what happens to it later does not matter",
        arguments: Change.allCases.filter { $0 != .overwrite }
    )
    func shortFiles(change: Change) throws {
        let (bench, content) = try claimed(Array((Self.header + "body").utf8))
        try change.make(bench)
        try content.verifyUnchanged()
        #expect(content.bytes == Array((Self.header + "body").utf8))
    }
}
