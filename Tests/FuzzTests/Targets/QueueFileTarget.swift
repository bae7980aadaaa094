// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

@testable import MailMessage
@testable import Spool

/// Queue files: the envelope block, the envelope of a plain message, and the header as it goes on the wire.
enum QueueFileTarget {
    static func run(_ input: [UInt8]) throws(Violation) {
        let whole = parse(input, isWhole: true)
        for length in lengths(upTo: input.count) {
            let part = parse(Array(input.prefix(length)), isWhole: false)
            try Violation.unless(
                part == .success(nil) || part == whole,
                "the beginning of a file says nothing else"
            )
        }
        switch whole {
        case .failure(let error): try FuzzTarget.expectPrintable(error.summary)
        case .success(nil): throw Violation(property: "a whole file needs no more bytes")
        case .success(let block?): try check(block, input)
        }
    }

    private static func parse(_ bytes: [UInt8], isWhole: Bool) -> Result<QueueFileParser.Result?, SpoolError>
    {
        Result { () throws(SpoolError) in try QueueFileParser.parse(bytes, isWhole: isWhole) }
    }

    /// All lengths of a short file, some of a long one.
    private static func lengths(upTo count: Int) -> some Sequence<Int> {
        stride(from: 0, to: count, by: count / 100 + 1)
    }

    private static func check(_ block: QueueFileParser.Result, _ input: [UInt8]) throws(Violation) {
        try Violation.unless(
            (0...input.count).contains(block.messageOffset),
            "the message lies within the file"
        )
        guard let encoded = try? block.envelope.encoded() else {
            throw Violation(property: "what was read can be written")
        }
        let again = parse(encoded, isWhole: true)
        guard case .success(let written?) = again, written.envelope == block.envelope else {
            throw Violation(property: "an envelope is read as it is written")
        }
        let header = HeaderBlock(parsing: Array(input[block.messageOffset...]))
        do throws(EnvelopeError) {
            let envelope = try PlainMessageEnvelope.derive(from: header, sender: block.envelope.sender)
            guard !envelope.recipients.isEmpty else { return }
        } catch {
            try FuzzTarget.expectPrintable(error.summary)
        }
        try check(header)
    }

    /// What goes on the wire has what it must have, no Bcc, and the same body.
    private static func check(_ header: HeaderBlock) throws(Violation) {
        guard header.isTerminated else { return }
        let wire = WireHeader(
            header,
            removesBcc: true,
            date: .earliest,
            messageID: "<1@app.example>",
            defaultDomain: "app.example",
            end: header.bytes.count
        )
        let written = HeaderBlock(parsing: wire.bytes)
        try Violation.unless(
            written.has("Date") && written.has("Message-ID"),
            "a message has a date and a name"
        )
        try Violation.unless(!written.has("Bcc") && !written.has("Resent-Bcc"), "a blind copy stays blind")
        try Violation.unless(
            wire.bytes[written.bodyOffset...] == header.bytes[header.bodyOffset...],
            "the body stays as it is"
        )
    }
}
