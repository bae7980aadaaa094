// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// One mail transaction of a ``SinkMachine``: the envelope, and the content as far as it has arrived.
struct SinkTransaction {
    private var decoder: ContentDecoder?
    private var kept: ByteBuffer?

    /// The envelope so far.
    var envelope: SinkEnvelope

    init(sender: SinkAddress) {
        envelope = SinkEnvelope(sender: sender)
    }

    /// Whether DATA or BDAT has begun.
    var hasContent: Bool { decoder != nil }
    /// Whether the line of one dot has been read.
    var isAtEnd: Bool { decoder?.isAtEnd ?? false }
    /// What is wrong with the content.
    var defect: ContentDefect? { decoder?.defect }
    /// The bytes of the content so far.
    var byteCount: Int { decoder?.byteCount ?? 0 }
    /// The arguments of MAIL and RCPT in one line.
    var envelopeText: String {
        ([envelope.sender] + envelope.recipients).map(\.argument).joined(separator: " ")
    }
    /// The whole.
    var message: SinkMessage {
        SinkMessage(
            sender: envelope.sender.argument,
            recipients: envelope.recipients.map(\.argument),
            byteCount: byteCount
        )
    }

    /// The content begins.
    mutating func beginContent(_ framing: ContentDecoder.Framing, byteLimit: Int?, keepsContent: Bool) {
        decoder = ContentDecoder(framing: framing, byteLimit: byteLimit)
        if keepsContent { kept = ByteBuffer() }
    }

    /// Takes bytes of the content out of the buffer, up to its end.
    mutating func take(_ bytes: inout ByteBuffer) {
        decoder?.decode(&bytes, into: &kept)
    }

    /// The last chunk has been taken.
    mutating func finish() {
        decoder?.finish()
    }

    /// What was kept since the last time, when it is at least so much and not nothing.
    mutating func takeKept(atLeast byteCount: Int) -> ByteBuffer? {
        guard let bytes = kept, bytes.readableBytes >= max(byteCount, 1) else { return nil }
        kept = ByteBuffer()
        return bytes
    }
}
