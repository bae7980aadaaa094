// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// Some of a content, encoded: after DATA as much as is read at a time, after BDAT one chunk.
struct ContentPiece: Sendable {
    /// The bytes for the wire; a chunk begins with its BDAT line.
    let bytes: ByteBuffer
    /// How many of them are the BDAT line.
    let commandByteCount: Int
    /// How many bytes of the message have been read up to the end of this piece.
    let position: Int64
    /// Whether the content ends with it.
    let isLast: Bool
}
