// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// A queue file, read and checked: the envelope and the message as it goes on the wire.
struct ParsedQueueFile {
    let options: QueueFileEnvelope
    let envelope: Envelope
    /// Whether the message has no Date of its own and is given one.
    let hasGivenDate: Bool
    /// How many servers have written a Received field.
    let receivedCount: Int

    private let beginning: [UInt8]
    /// Where the file goes on behind ``beginning``; nil when that is all.
    private let restOffset: Int64?

    /// Largest file, in bytes, that is read whole, with one call.
    private static let smallFile = 64 << 10
    /// Longest header, in bytes.
    private static let headerLimit = 1 << 20

    /// Reads an open file.
    ///
    /// Memory is bounded by the limits of envelope block and header.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - status: its state; the caller makes sure that it has not changed when all is done.
    ///   - stem: its name, for the Message-ID of a message without one.
    ///   - queuedAt: the date for a message without one.
    ///   - rules: what becomes of the addresses of this host.
    /// - Throws: ``SpoolError`` with code `malformed` when it is no message, `changed`, or a fault of the host.
    init(
        _ file: OpenFile,
        status: FileStatus,
        stem: MessageStem,
        queuedAt: Timestamp,
        rules: LocalAddressRules
    ) throws(SpoolError) {
        var limit = Self.smallFile
        while true {
            let isWhole = status.byteCount <= Int64(limit)
            let bytes = try file.readPrefix(limit: isWhole ? Int(status.byteCount) : limit)
            guard bytes.count == (isWhole ? Int(status.byteCount) : limit) else {
                throw SpoolError(.changed, "\(file.path) became shorter while it was being read")
            }
            if let block = try QueueFileParser.parse(bytes, isWhole: isWhole) {
                let header = try Self.header(in: bytes, at: block.messageOffset, isWhole: isWhole)
                if let header {
                    try self.init(
                        block,
                        header,
                        status: status,
                        stem: stem,
                        queuedAt: queuedAt,
                        rules: rules,
                        isWhole: isWhole
                    )
                    return
                }
            }
            limit *= 4
        }
    }

    /// The header that begins at `offset`; nil when more of the file is needed.
    private static func header(
        in bytes: [UInt8],
        at offset: Int,
        isWhole: Bool
    ) throws(SpoolError) -> HeaderBlock? {
        var header = HeaderBlock(parsing: offset == 0 ? bytes : Array(bytes[offset...]))
        if isWhole, !header.isTerminated, let last = header.bytes.last, last != UInt8(ascii: "\n") {
            // A last line without its end is a line all the same.
            header = HeaderBlock(parsing: header.bytes + [UInt8(ascii: "\n")])
        }
        guard header.isTerminated ? header.bodyOffset <= headerLimit : header.bytes.count < headerLimit else {
            throw SpoolError(.malformed, "the header is longer than \(headerLimit) bytes")
        }
        return isWhole || header.isTerminated ? header : nil
    }

    private init(
        _ block: QueueFileParser.Result,
        _ header: HeaderBlock,
        status: FileStatus,
        stem: MessageStem,
        queuedAt: Timestamp,
        rules: LocalAddressRules,
        isWhole: Bool
    ) throws(SpoolError) {
        let length = status.byteCount - Int64(block.messageOffset)
        if let stated = block.statedLength, stated != length {
            throw SpoolError(.malformed, "Queue-Length says \(stated) bytes, the message has \(length)")
        }
        guard length > 0 else { throw SpoolError(.malformed, "the file has no message") }
        options = block.envelope
        envelope = try Self.envelope(of: block.envelope, header, rules)
        // Of a long file no more than its header stays in memory.
        let end = isWhole ? header.bytes.count : header.bodyOffset
        let wire = WireHeader(
            header,
            removesBcc: block.envelope.recipients.isEmpty,
            date: queuedAt,
            messageID: MessageID.make(stem: stem.text, host: HostName.current),
            defaultDomain: rules.defaultDomain,
            end: end
        )
        hasGivenDate = wire.hasGivenDate
        receivedCount = header.fields.count { HeaderBlock.isSame($0.name, "Received") }
        beginning = wire.bytes
        restOffset = isWhole ? nil : Int64(block.messageOffset + end)
    }

    private static func envelope(
        of block: QueueFileEnvelope,
        _ header: HeaderBlock,
        _ rules: LocalAddressRules
    ) throws(SpoolError) -> Envelope {
        do throws(EnvelopeError) {
            return try rules.applied(to: given(block, header))
        } catch {
            throw SpoolError(.malformed, error.summary)
        }
    }

    private static func given(
        _ block: QueueFileEnvelope,
        _ header: HeaderBlock
    ) throws(EnvelopeError) -> Envelope {
        guard !block.recipients.isEmpty else {
            return try PlainMessageEnvelope.derive(from: header, sender: block.sender)
        }
        // Recipients are stated and no sender is: it is still that of the message.
        let sender =
            if let sender = block.sender { sender } else {
                try PlainMessageEnvelope.derivedSender(from: header)
            }
        return Envelope(sender: sender, recipients: block.recipients)
    }

    /// The message for the wire; `status` is the state that the file must keep as long as it is being sent.
    func content(of file: OpenFile, status: FileStatus) -> MessageContent {
        MessageContent(beginning: beginning, rest: restOffset.map { (file, $0, status) })
    }
}
