// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// The header of a message, as ranges of its bytes: nothing is copied but the values that are asked for.
///
/// Lines may end with LF or CRLF. The header ends at the first empty line, or before the first line that cannot belong
/// to a header; what follows is the body.
///
/// - SeeAlso: RFC 5322 §2.2, RFC 6532 (UTF-8 in values)
package struct HeaderBlock: Sendable {
    /// One field with its continuation lines.
    package struct Field: Hashable, Sendable {
        /// The name as written.
        package let name: String
        /// All lines of the field, line ends included.
        package let range: Range<Int>
        /// Where the value begins: behind the colon.
        let valueStart: Int
    }

    /// The bytes that were parsed; offsets count from 0.
    package let bytes: [UInt8]
    /// The fields in their order.
    package let fields: [Field]
    /// The end of the last field.
    package let fieldsEnd: Int
    /// The first byte of the body, behind the empty line where there is one.
    package let bodyOffset: Int
    /// Whether the end of the header was seen.
    ///
    /// If not, the bytes end within it.
    package let isTerminated: Bool

    /// Parses the header at the beginning of `bytes`.
    ///
    /// Never fails: what is no header is body.
    package init(parsing bytes: [UInt8]) { self.init(parsing: bytes, in: bytes.indices) }

    /// Parses the header that begins with the range, and looks no further than its end.
    ///
    /// The bytes are shared, not copied.
    init(parsing bytes: [UInt8], in range: Range<Int>) {
        var fields: [Field] = []
        var position = range.lowerBound
        var isTerminated = false
        var bodyOffset: Int?
        while position < range.upperBound {
            guard let newline = bytes[position..<range.upperBound].firstIndex(of: UInt8(ascii: "\n")) else {
                break
            }
            let next = newline + 1
            let first = bytes[position]
            if first == UInt8(ascii: "\n") || (first == UInt8(ascii: "\r") && newline == position + 1) {
                isTerminated = true
                bodyOffset = next
                break
            }
            if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t"), let last = fields.popLast() {
                fields.append(
                    Field(name: last.name, range: last.range.lowerBound..<next, valueStart: last.valueStart)
                )
            } else if let colon = Self.colon(in: bytes[position..<newline]) {
                let name = bytes[position..<colon].prefix {
                    $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t")
                }
                let text = String(decoding: name, as: UTF8.self)
                fields.append(Field(name: text, range: position..<next, valueStart: colon + 1))
            } else {
                isTerminated = true
                bodyOffset = position
                break
            }
            position = next
        }
        self.bytes = bytes
        self.fields = fields
        self.fieldsEnd = fields.last?.range.upperBound ?? range.lowerBound
        self.bodyOffset = bodyOffset ?? position
        self.isTerminated = isTerminated
    }

    /// The colon behind a field name: printable ASCII without blanks, blanks allowed before the colon (RFC 5322 §4.5).
    static func colon(in line: ArraySlice<UInt8>) -> Int? {
        var isNameOver = false
        for index in line.indices {
            switch line[index] {
            case UInt8(ascii: ":"): return index == line.startIndex ? nil : index
            case UInt8(ascii: " "), UInt8(ascii: "\t"): isNameOver = true
            case 0x21...0x7E where !isNameOver: break
            default: return nil
            }
        }
        return nil
    }

    /// The value of a field: unfolded, without blanks around it, bytes that are no UTF-8 replaced.
    ///
    /// Only line ends are removed. A carriage return that stands alone stays, for the reader of the value to refuse.
    package func value(of field: Field) -> String {
        String(decoding: rawValue(of: field), as: UTF8.self)
    }

    /// The bytes of the value of a field: unfolded, without blanks around it.
    func rawValue(of field: Field) -> ArraySlice<UInt8> {
        var value: [UInt8] = []
        value.reserveCapacity(field.range.upperBound - field.valueStart)
        for line in bytes[field.valueStart..<field.range.upperBound].split(separator: UInt8(ascii: "\n")) {
            value += line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }
        let trimmed = value.drop(while: Self.isBlank)
        let end = trimmed.lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? trimmed.startIndex
        return trimmed[..<end]
    }

    /// The lines of a field of addresses with a domain for the names of this host in it; nil when there are none.
    ///
    /// - SeeAlso: RFC 6409 §8.2
    package func qualified(_ field: Field, domain: String) -> [UInt8]? {
        guard HeaderFieldKind(of: field.name) == .addresses,
            let value = NameQualifier.qualified(
                bytes[field.valueStart..<field.range.upperBound],
                domain: domain
            )
        else { return nil }
        return bytes[field.range.lowerBound..<field.valueStart] + value
    }

    /// The values of all fields of a name, whatever its case.
    package func values(of name: String) -> [String] {
        fields.filter { Self.isSame($0.name, name) }.map { value(of: $0) }
    }

    /// Whether a field of that name stands in the header.
    package func has(_ name: String) -> Bool {
        fields.contains { Self.isSame($0.name, name) }
    }

    /// Whether two field names are the same: case does not count.
    package static func isSame(_ left: String, _ right: String) -> Bool {
        CharacterRules.isSameIgnoringCase(left, right)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
