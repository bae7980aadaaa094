// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import SMTPClient
internal import Spool

/// The message of a queue file as the client reads it.
struct SpoolContent: ContentSource {
    let content: MessageContent

    var byteCount: Int64 { content.byteCount }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try content.read(at: offset, into: buffer)
    }

    func verifyUnchanged() throws { try content.verifyUnchanged() }
}
