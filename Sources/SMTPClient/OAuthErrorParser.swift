// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

internal import MailMessage

/// Finds the status in the error that a server sends as the challenge of a login with a token.
///
/// ```
/// {"status":"401","schemes":"bearer","scope":"https://mail.example.com/"}     → 401
/// ```
///
/// Anything else is no error of this parser, only one without a status. One pass over the bytes.
///
/// - SeeAlso: RFC 7628 §3.2.2
struct OAuthErrorParser {
    private static let statusByteLimit = 100

    private var rest: ArraySlice<UInt8>

    /// The server's reason in words, printable.
    static func reason(in challenge: [UInt8]) -> String {
        var parser = OAuthErrorParser(rest: challenge[...])
        guard let status = parser.status() else { return "the server does not take the token" }
        let shown = PrintableText(bytes: status, limitBytes: statusByteLimit)
        return "the server does not take the token: status \(shown)"
    }

    /// The value of the member `status`, on whichever level it is met first.
    private mutating func status() -> [UInt8]? {
        while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
            rest = rest[(quote + 1)...]
            let isStatus = string() == Array("status".utf8)
            dropSpace()
            guard isStatus, rest.first == UInt8(ascii: ":") else { continue }
            rest.removeFirst()
            dropSpace()
            return value()
        }
        return nil
    }

    /// A string or a number.
    private mutating func value() -> [UInt8]? {
        if rest.first == UInt8(ascii: "\"") {
            rest.removeFirst()
            return string()
        }
        let number = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return number.isEmpty ? nil : Array(number)
    }

    /// The rest of a string whose first quote is read; its escapes stay as they are.
    private mutating func string() -> [UInt8] {
        var bytes: [UInt8] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            bytes.append(byte)
            if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() { bytes.append(escaped) }
        }
        return bytes
    }

    private mutating func dropSpace() {
        rest = rest.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }
}
