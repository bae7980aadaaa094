// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Takes a message out of what a program writes to the standard input of `sendmail`: without the line `From …` of a
/// mailbox file before it, and up to a line of one dot where that ends it.
///
/// Pure, incremental; an empty piece is the end of the input.
struct SubmittedTextReader {
    private enum Position {
        /// Within the first bytes, which may be those of a mailbox file.
        case beginning
        /// In the line of a mailbox file.
        case mailboxLine
        case lineStart
        /// After a dot at the beginning of a line.
        case dot
        /// After a dot and a carriage return.
        case dotReturn
        case inside
    }

    private static let mailboxMark = Array("From ".utf8)

    private let endsAtDot: Bool
    private var position = Position.beginning
    /// Bytes of which it is not known yet whether they belong to the message.
    private var doubtful: [UInt8] = []
    /// Whether the message has ended before the input.
    private(set) var isAtEnd = false

    init(endsAtDot: Bool) { self.endsAtDot = endsAtDot }

    /// Takes a piece in; returns what of the message is known with it.
    mutating func read(_ piece: ArraySlice<UInt8>) -> [UInt8] {
        // A dot that the input ends with stands alone too.
        if piece.isEmpty { return position == .beginning ? doubtful : [] }
        var text: [UInt8] = []
        text.reserveCapacity(piece.count + doubtful.count)
        for byte in piece where !isAtEnd { read(byte, &text) }
        return text
    }

    private mutating func read(_ byte: UInt8, _ text: inout [UInt8]) {
        switch position {
        case .beginning:
            doubtful.append(byte)
            guard Self.mailboxMark.starts(with: doubtful) else {
                let bytes = doubtful
                doubtful = []
                position = .lineStart
                for byte in bytes { read(byte, &text) }
                return
            }
            if doubtful.count == Self.mailboxMark.count {
                doubtful = []
                position = .mailboxLine
            }
        case .mailboxLine:
            if byte == UInt8(ascii: "\n") { position = .lineStart }
        case .lineStart where endsAtDot && byte == UInt8(ascii: "."):
            position = .dot
        case .lineStart, .inside:
            text.append(byte)
            position = byte == UInt8(ascii: "\n") ? .lineStart : .inside
        case .dot where byte == UInt8(ascii: "\r"):
            position = .dotReturn
        case .dot, .dotReturn:
            if byte == UInt8(ascii: "\n") {
                isAtEnd = true
                return
            }
            text += position == .dot ? [UInt8(ascii: ".")] : [UInt8(ascii: "."), UInt8(ascii: "\r")]
            position = .inside
            text.append(byte)
        }
    }
}
