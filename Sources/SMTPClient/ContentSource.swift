// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The bytes of a message, as the client asks for them.
///
/// Line ends and transparency are the client's work.
package protocol ContentSource: Sendable {
    /// Size in bytes.
    var byteCount: Int64 { get }

    /// Reads at a position, as many bytes as there are and fit; 0 at the end.
    ///
    /// Called on a thread that may block, but for contents of at most ``ContentStream/smallByteCount`` bytes, which
    /// are read on an event loop and should be in memory.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int

    /// Throws when the content was changed since it was opened.
    ///
    /// Called after the last byte was read and before the final dot is sent: a content that changed meanwhile is never
    /// completed.
    func verifyUnchanged() throws
}
