// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Reads a word and its parameters, with all that RFC 2231 adds, from a header field.
///
/// Lenient where programs differ: values with blanks but without quotes, encoded words in quotes, comments.
///
/// - SeeAlso: RFC 2045 §5.1, RFC 2231 §3, §4
struct ParameterReader {
    /// Most parameters and continuations of one field; what follows is not read.
    private static let limit = 200

    /// What stands under one name: the plain value, and the sections of RFC 2231.
    private struct Entry {
        var plain: [UInt8]?
        var sections: [Int: (bytes: [UInt8], isExtended: Bool)] = [:]
    }

    private let bytes: [UInt8]
    private var position = 0
    private var names: [String] = []
    private var entries: [String: Entry] = [:]

    static func read(_ text: String) -> ParameterizedValue {
        var reader = Self(bytes: Array(text.utf8))
        return reader.read()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func read() -> ParameterizedValue {
        let value = String(decoding: item(until: ";"), as: UTF8.self).lowercased()
        for _ in 0..<Self.limit where position < bytes.count {
            position += 1
            let name = String(decoding: item(until: "=;"), as: UTF8.self).lowercased()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { continue }
            position += 1
            add(name, item(until: ";"))
        }
        let parameters = names.compactMap { name in
            entries[name].flatMap(Self.text).map { ParameterizedValue.Parameter(name: name, value: $0) }
        }
        return ParameterizedValue(value, parameters)
    }

    /// What stands up to one of the characters, outside quotes and comments; blanks around it are dropped, and quotes.
    private mutating func item(until ends: String) -> [UInt8] {
        var item: [UInt8] = []
        // Up to here blanks were quoted.
        var quotedEnd = 0
        while position < bytes.count, !ends.utf8.contains(bytes[position]) {
            let isFirst = position == 0 || Self.isBlank(bytes[position - 1]) || item.isEmpty
            if bytes[position] == UInt8(ascii: "\"") {
                appendQuoted(to: &item)
                quotedEnd = item.count
            } else if bytes[position] == UInt8(ascii: "("), isFirst {
                skipComment()
            } else {
                if !item.isEmpty || !Self.isBlank(bytes[position]) { item.append(bytes[position]) }
                position += 1
            }
        }
        while item.count > quotedEnd, let last = item.last, Self.isBlank(last) { item.removeLast() }
        return item
    }

    private mutating func appendQuoted(to item: inout [UInt8]) {
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            // Some programs write the backslashes of a path without escaping them; the RFC decides.
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
            item.append(bytes[position])
            position += 1
        }
        position = min(position + 1, bytes.count)
    }

    private mutating func skipComment() {
        var depth = 0
        repeat {
            switch bytes[position] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\\"): position += 1
            default: break
            }
            position += 1
        } while depth > 0 && position < bytes.count
        position = min(position, bytes.count)
    }

    private mutating func add(_ name: String, _ value: [UInt8]) {
        let parts = name.split(separator: "*", maxSplits: 2, omittingEmptySubsequences: false)
        guard let base = parts.first, !base.isEmpty else { return }
        let key = String(base)
        if entries[key] == nil { names.append(key) }
        var entry = entries[key] ?? Entry()
        if parts.count == 1 {
            if entry.plain == nil { entry.plain = value }
        } else if let number = parts[1].isEmpty ? 0 : Int(parts[1]), entry.sections[number] == nil {
            let isExtended = parts[1].isEmpty || parts.count == 3
            entry.sections[number] = (value, isExtended)
        }
        entries[key] = entry
    }

    /// The value of an entry: its sections up to the first gap where there are any, else what stands plainly.
    private static func text(of entry: Entry) -> String? {
        guard let first = entry.sections[0] else {
            return entry.plain.map { EncodedWordReader.decode(String(decoding: $0, as: UTF8.self)) }
        }
        var charset = TextCharset.utf8
        var value: [UInt8] = []
        var section = Optional(first)
        var number = 0
        while let (bytes, isExtended) = section {
            var rest = bytes[...]
            if number == 0, isExtended {
                let parts = rest.split(
                    separator: UInt8(ascii: "'"),
                    maxSplits: 2,
                    omittingEmptySubsequences: false
                )
                if parts.count == 3 {
                    charset = TextCharset(named: String(decoding: parts[0], as: UTF8.self)) ?? .utf8
                    rest = parts[2]
                }
            }
            value += isExtended ? Hexadecimal.unescape(rest, mark: UInt8(ascii: "%")) : Array(rest)
            number += 1
            section = entry.sections[number]
        }
        return charset.decode(value)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
