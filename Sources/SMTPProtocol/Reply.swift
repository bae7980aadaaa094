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
    /// The lines in their order, without the code, printable.
    package let lines: [String]

    /// A reply of at least one line.
    package init(code: Int, lines: [PrintableText]) {
        self.code = code
        self.lines = lines.map(\.string)
        enhancedStatus = self.lines.first.flatMap { Self.leadingStatus(of: $0, code: code)?.status }
    }

    /// The lines joined by blanks, each without its enhanced status.
    package var text: String {
        if enhancedStatus == nil, lines.count == 1 { return lines[0] }
        return lines.map { line in
            Self.leadingStatus(of: line, code: code).map { String($0.rest) } ?? line
        }.joined(separator: " ")
    }

    /// The enhanced status a line begins with, and what follows it.
    private static func leadingStatus(
        of line: String,
        code: Int
    ) -> (status: EnhancedStatus, rest: Substring)? {
        let end = line.firstIndex(of: " ") ?? line.endIndex
        guard let status = EnhancedStatus(parsing: line[..<end]), status.statusClass.rawValue == code / 100
        else { return nil }
        return (status, line[end...].drop { $0 == " " })
    }
}
