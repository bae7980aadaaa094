// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient
package import Spool

/// The spool's content as the client's source of bytes.
package struct SpoolContentSource: ContentSource {
    private let content: MessageContent

    /// The content of a claimed message.
    package init(content: MessageContent) { self.content = content }

    package var byteCount: Int64 { content.byteCount }

    package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try content.read(at: offset, into: buffer)
    }

    package func verifyUnchanged() throws { try content.verifyUnchanged() }
}
