// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient
package import SMTPProtocol

/// A content in memory.
package struct MemoryContent: ContentSource {
    private let bytes: [UInt8]

    /// A content of some text.
    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// A content of some bytes.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var byteCount: Int64 { Int64(bytes.count) }

    package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = bytes[min(Int(offset), bytes.count)...].prefix(buffer.count)
        buffer.copyBytes(from: part)
        return part.count
    }

    package func verifyUnchanged() {}

    /// What a session must know of the content.
    package var facts: ContentFacts {
        var scanner = ContentScanner()
        bytes.withUnsafeBytes { scanner.scan($0) }
        return scanner.finish()
    }
}
