// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage
internal import NIOPosix
internal import SMTPProtocol

/// A content in another encoding, for a relay that cannot take it as it is: all of it in memory.
struct ReencodedContent: ContentSource {
    /// The largest content that is read into memory, in bytes.
    static let byteLimit: Int64 = 64 << 20

    /// What a session must know of it.
    let facts: ContentFacts
    private let original: any ContentSource
    private let bytes: [UInt8]

    /// Reads a content of at most ``byteLimit`` bytes and encodes it anew, on a thread that may block.
    ///
    /// - Throws: ``ReencodingError`` when there is no other encoding; any other error when it cannot be read.
    init(_ original: any ContentSource) async throws {
        self.original = original
        (bytes, facts) = try await NIOThreadPool.singleton.runIfActive {
            let bytes = try ContentReencoder.reencode(try Self.read(original))
            var scanner = ContentScanner()
            bytes.withUnsafeBytes { scanner.scan($0) }
            return (bytes, scanner.finish())
        }
    }

    var byteCount: Int64 { Int64(bytes.count) }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = bytes.dropFirst(Int(offset)).prefix(buffer.count)
        buffer.copyBytes(from: part)
        return part.count
    }

    func verifyUnchanged() throws {
        try original.verifyUnchanged()
    }

    /// How much of the original has been handed over when so much of this has.
    func originalPosition(of position: Int64) -> Int64 {
        position * original.byteCount / max(byteCount, 1)
    }

    private static func read(_ content: any ContentSource) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(content.byteCount))
        try bytes.withUnsafeMutableBytes { buffer in
            var found = 0
            while found < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[found...])
                let count = try content.read(at: Int64(found), into: rest)
                guard count > 0 else {
                    throw ContentTruncated(expected: content.byteCount, found: Int64(found))
                }
                found += count
            }
        }
        return bytes
    }
}
