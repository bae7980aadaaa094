// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import NIOCore

/// A command line, taken apart.
struct SinkCommand {
    /// The first word in upper case.
    let verb: String
    /// What follows it, without the blanks around it.
    let argument: Substring
    /// The whole line.
    let line: String

    /// Takes a line without its end apart; nil when it holds controls or is no UTF-8.
    init?(_ bytes: ByteBufferView) {
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }),
            let line = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let end = line.utf8.firstIndex(of: UInt8(ascii: " ")) ?? line.endIndex
        self.line = line
        verb = line[..<end].uppercased()
        argument = Self.trimmed(line[end...])
    }

    /// The path after `FROM:` or `TO:`, and the parameters after it; nil when the command has another form.
    func path(after keyword: String) -> (path: Substring, parameters: [Substring])? {
        guard argument.utf8.count > keyword.utf8.count, argument.prefix(keyword.count).uppercased() == keyword
        else {
            return nil
        }
        let rest = Self.trimmed(argument.dropFirst(keyword.count))
        guard rest.utf8.first == UInt8(ascii: "<"), let end = Self.endOfPath(rest) else { return nil }
        let tail = rest[end...]
        guard tail.isEmpty || tail.utf8.first == UInt8(ascii: " ") else { return nil }
        return (rest[..<end], tail.split(separator: " "))
    }

    /// The place after the `>` that ends a path; one within a quoted string does not (RFC 5321 §4.1.2).
    private static func endOfPath(_ text: Substring) -> Substring.Index? {
        var isQuoted = false
        var isEscaped = false
        for index in text.utf8.indices {
            let byte = text.utf8[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: ">"), !isQuoted {
                return text.utf8.index(after: index)
            }
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
