// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

package import MailMessage

/// One reply of a server: its code and its text.
///
/// The text is printable whatever the server sent: a reply is made of ``PrintableText`` only.
///
/// ```
/// 250-relay.example greets you          code 250, lines ["relay.example greets you", "SIZE 1000"]
/// 250 SIZE 1000
///
/// 550 5.1.1 No such user                code 550, enhancedStatus 5.1.1, text "No such user"
/// ```
///
/// - SeeAlso: RFC 5321 §4.2, RFC 2034
package struct Reply: Hashable, Sendable {
    /// The three digits as a number.
    package let code: Int
    /// The enhanced status of the first line, if it has one whose class agrees with the code (RFC 2034 §4).
    package let enhancedStatus: EnhancedStatus?
    private let printableLines: [PrintableText]

    /// A reply of at least one line.
    package init(code: Int, lines: [PrintableText]) {
        self.code = code
        printableLines = lines
        enhancedStatus = lines.first.flatMap { Self.leadingStatus(of: $0.string, code: code)?.status }
    }

    /// The lines in their order, without the code, printable.
    package var lines: [String] { printableLines.map(\.string) }

    /// The lines joined by blanks, each without its enhanced status.
    package var text: String {
        if enhancedStatus == nil, printableLines.count == 1 { return printableLines[0].string }
        return lines.map { line in
            guard let (_, end) = Self.leadingStatus(of: line, code: code) else { return line }
            return String(line[end...].unicodeScalars.drop { $0 == " " })
        }.joined(separator: " ")
    }

    /// The enhanced status a line begins with, and where it ends.
    private static func leadingStatus(
        of line: String,
        code: Int
    ) -> (status: EnhancedStatus, end: String.Index)? {
        let end = line.utf8.firstIndex(of: UInt8(ascii: " ")) ?? line.endIndex
        guard let status = EnhancedStatus(parsing: line[..<end]), status.statusClass.rawValue == code / 100
        else { return nil }
        return (status, end)
    }
}
