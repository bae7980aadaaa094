// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Text from outside, made safe to show: the one encoder through which replies, addresses and names from elsewhere
/// reach a log, a journal, a report or a terminal.
///
/// | input | output |
/// |---|---|
/// | printable text | itself |
/// | CR, LF, NUL and the other controls (C0, DEL, C1) | `\x0d`, `\x0a`, `\x00`, … |
/// | line separators, bidirectional and invisible format characters | `\u{2028}`, … |
/// | bytes that are no UTF-8 | `\xff` for each byte |
/// | more than the limit | cut, with `…` at the end |
package struct PrintableText: Hashable, Sendable, CustomStringConvertible {
    /// The safe text: one line, no controls.
    package let string: String

    /// Makes a text safe, keeping at most `limitBytes` bytes of UTF-8.
    package init(_ hostile: some StringProtocol, limitBytes: Int = 1024) {
        self.init(bytes: hostile.utf8, limitBytes: limitBytes)
    }

    /// Makes bytes that may or may not be UTF-8 safe, keeping at most `limitBytes` bytes.
    package init(bytes: some Collection<UInt8>, limitBytes: Int = 1024) {
        // Nearly every text: over memory of a known kind, for the generic way takes a call a byte from other modules.
        let plain = bytes.withContiguousStorageIfAvailable { bytes -> String? in
            guard bytes.count <= limitBytes, bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                return nil
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        if case let plain?? = plain {
            string = plain
            return
        }
        var result = ""
        var length = 0
        var iterator = ByteScalars(bytes)
        while let piece = iterator.next() {
            let text = piece.printable
            guard length + text.utf8.count <= limitBytes else {
                result += "…"
                break
            }
            length += text.utf8.count
            result += text
        }
        string = result
    }

    package var description: String { string }
}

/// Takes bytes apart into scalars and bytes that are none.
private struct ByteScalars<Bytes: Sequence<UInt8>> {
    enum Piece {
        case scalar(Unicode.Scalar)
        case strayByte(UInt8)

        var printable: String {
            switch self {
            case .strayByte(let byte): return hexEscape(byte)
            case .scalar(let scalar):
                let value = scalar.value
                if (0x20...0x7E).contains(value) { return String(Character(scalar)) }
                if value < 0x20 || value == 0x7F || (0x80...0x9F).contains(value) {
                    return hexEscape(UInt8(clamping: value))
                }
                switch scalar.properties.generalCategory {
                case .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned,
                    .control:
                    return "\\u{" + String(value, radix: 16) + "}"
                default:
                    return String(Character(scalar))
                }
            }
        }

        private func hexEscape(_ byte: UInt8) -> String {
            "\\x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
        }
    }

    private var bytes: Bytes.Iterator
    private var pending: [UInt8] = []

    init(_ bytes: Bytes) { self.bytes = bytes.makeIterator() }

    private mutating func fill(_ count: Int) {
        while pending.count < count, let byte = bytes.next() { pending.append(byte) }
    }

    mutating func next() -> Piece? {
        fill(1)
        guard let first = pending.first else { return nil }
        let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        fill(length)
        let candidate = pending.prefix(length)
        if let text = String(validating: candidate, as: UTF8.self), let scalar = text.unicodeScalars.first,
            text.unicodeScalars.count == 1
        {
            pending.removeFirst(candidate.count)
            return .scalar(scalar)
        }
        pending.removeFirst()
        return .strayByte(first)
    }
}
