// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

/// Further header lines for HTTP CONNECT, each known to be one whole line.
///
/// ```
/// X-Team: mail\r\nX-Zone: 7
/// ```
///
/// - SeeAlso: RFC 9110 §5
package struct ProxyHeaders: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    private static let byteLimit = 4096

    /// The lines, without their ends.
    let lines: [String]

    /// No further lines.
    package static let none = ProxyHeaders(lines: [])

    /// What is in it may be a token: it does not show.
    package var description: String { "\(lines.count) header lines" }
    /// Nothing to look into.
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Reads lines `Name: value` that are separated by line ends, which may be written as `\r\n` or `\n` too.
    ///
    /// Nil where a line is none, and where one would change what is asked of the proxy.
    package init?(parsing text: String) {
        guard text.utf8.count <= Self.byteLimit else { return nil }
        let plain = Self.unescaped(text)
        let lines = plain.split(whereSeparator: \.isNewline).map(String.init)
        guard !lines.isEmpty, lines.allSatisfy(Self.isHeader) else { return nil }
        self.init(lines: lines)
    }

    private init(lines: [String]) {
        self.lines = lines
    }

    private static func unescaped(_ text: String) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            switch (isEscaped, character) {
            case (false, "\\"): isEscaped = true
            case (true, "r"): isEscaped = false
            case (true, "n"):
                isEscaped = false
                result.append("\n")
            case (true, _):
                isEscaped = false
                result += "\\\(character)"
            default: result.append(character)
            }
        }
        return isEscaped ? result + "\\" : result
    }

    /// The fields that say where a message ends, or for whom it is: they are not to be set from outside.
    private static let reserved: Set<String> = ["host", "content-length", "transfer-encoding", "connection"]

    private static func isHeader(_ line: String) -> Bool {
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let name = line[..<colon]
        return !name.isEmpty && name.utf8.allSatisfy(isTokenByte) && !reserved.contains(name.lowercased())
            && line[colon...].utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
    }

    /// A byte of a token (RFC 9110 §5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
